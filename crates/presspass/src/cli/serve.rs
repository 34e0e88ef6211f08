//! `presspass serve`: composes the server and runs it.

mod invitation;
mod stop;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::Server;
use actix_web::rt::net::TcpSocket;
use actix_web::rt::task::JoinHandle;
use actix_web::web::Data;
use anyhow::Context;
use presspass_auth::passwords::{Hasher, HasherLimits};
use presspass_auth::tokens::SharedKeyRing;
use presspass_auth::{Clock as _, SystemClock, SystemRandomness};
use presspass_persistence::{AccountStore, ApiKeys, Database, DjangoSessions, Origin, Revocations};
use presspass_rest::pages::PageRequests;

use invitation::Invitation;
use stop::{Drain, serve_until_stopped};

use super::app::{App, Share};
use super::signals::{self, StopAtOnce, StopSignals};
use super::{Outcome, tell, warn};
use crate::app::cors;
use crate::app::drain::Draining;
use crate::app::requests::BodyLimits;
use crate::app::services::{Parts, Services};
use crate::app::setup_link::SetupLink;
use crate::app::startup;
use crate::app::startup::{NewFile, RedisServers};
use crate::app::sweeper::Sweeper;
use crate::endpoints::route::RouteTable;
use crate::endpoints::schema::Schema;
use crate::endpoints::{admin, routes};
use crate::identity::sessions;
use crate::identity::token_keys;
use crate::settings::Settings;

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How many connections may wait to be taken; the standard library's 128 are too few for a burst.
const BACKLOG: u32 = 1024;

/// How many bytes a client may send ahead of what is read, about: the kernel doubles it for its own use, and stops to tune
/// it. A thousand clients that send at once cost so much each; an upload over 100 ms of latency still has 300 kB/s.
const RECEIVE_BUFFER: u32 = 32 * 1024;

/// What becomes of pending migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Migrations {
    /// They are run before requests are taken.
    Run,
    /// The server does not start.
    Refuse,
}

pub(super) fn run(app: &App, settings: &Settings, migrations: Migrations) -> anyhow::Result<Outcome> {
    signals::ignore_others()?;
    let stop = StopAtOnce::listen()?;
    startup::wait_for_database(settings);
    run_with(app, settings, migrations, Some(stop), |_| Ok(()))
}

fn warn_all(warnings: &[String]) {
    for warning in warnings {
        warn(warning);
    }
}

/// Serves; `ready` is called with the first address once requests are taken. Before connections are, `stop` ends.
pub(super) fn run_with(
    app: &App,
    settings: &Settings,
    migrations: Migrations,
    stop: Option<StopAtOnce>,
    ready: impl FnOnce(SocketAddr) -> anyhow::Result<()>,
) -> anyhow::Result<Outcome> {
    warn_all(&settings.warnings());
    // Before anything is changed: a key that is missing must not leave a half-adopted database behind, and opening one
    // already switches SQLite's file to WAL.
    let state = startup::database_state(settings)?;
    if migrations == Migrations::Refuse {
        state.refuse_pending(settings)?;
    }
    let key = startup::find_secret_key(settings, state.origin)?;
    warn_all(key.warnings());
    let token_keys = token_keys::stored(settings)?;
    warn_all(&token_keys.as_deref().map(token_keys::Folder::warnings).unwrap_or_default());
    state.require_fit()?;
    warn_all(state.warnings());
    let database = startup::open(settings, NewFile::UnlessExpected)?;
    let secret = key.or_create(&SystemRandomness)?;
    let key = startup::signing_key(&secret)?;
    let token_keys = token_keys::ring(&settings.jwt, token_keys, &secret, SystemClock.now())?;
    let token_keys = SharedKeyRing::new(token_keys);
    let watch = token_keys::Watch::new(&settings.jwt, &secret, &token_keys, Arc::new(SystemClock));
    if migrations == Migrations::Run {
        database.migrate()?;
    }
    let origin = database.origin()?;
    let (scheme, upgrades_passwords) = startup::password_policy(settings, origin);
    let hasher = Arc::new(Hasher::start(scheme, HasherLimits::default(), Arc::new(SystemRandomness))?);
    actix_web::rt::System::new().block_on(async {
        let has_superuser = AccountStore::new(database.clone()).has_superuser().await?;
        let mut redis = RedisServers::new(warn);
        let throttles = startup::throttle_stores(settings, &database, &mut redis).await?;
        // Before clients can connect: a program that waits for that may stop the server immediately.
        let signals = StopSignals::listen()?;
        stop.into_iter().for_each(StopAtOnce::end);
        let (listeners, addresses) = bind(settings)?;
        invitation::forget_earlier(settings);
        let invitation = match (origin, has_superuser) {
            (_, true) => Invitation::NotNeeded,
            (Origin::Presspass, false) => {
                Invitation::by_link(settings, SetupLink::new(&SystemRandomness)?, &addresses)
            }
            _ => Invitation::ByCommand,
        };
        let session_store = startup::session_store(settings, &database, &mut redis).await?;
        let api_keys = Arc::new(ApiKeys::open(database.clone())?);
        let (admin, account_revocation) = admin::site(
            settings,
            app.admin_models(),
            &app.models(),
            database.clone(),
            session_store.clone(),
            api_keys.clone(),
            hasher.clone(),
        )?;
        let sweeper = Sweeper {
            revocations: Revocations::new(database.clone()),
            sessions: session_store.clone(),
            api_keys: api_keys.clone(),
            clock: Arc::new(SystemClock),
        };
        let parts = Parts {
            database: database.clone(),
            throttles,
            key,
            token_keys,
            hasher,
            upgrades_passwords,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            session_store,
            api_keys,
            django_sessions: DjangoSessions::find(&database)?,
            setup_link: invitation.link().cloned(),
            admin,
            account_revocation,
            project: app.info.title,
            sections: app.sections(),
            addresses: routes::PAGES,
        };
        let drain = Drain::of(&listeners, settings.drain)?;
        let services = Services::new(settings, parts);
        let refusals = services.refusals.clone();
        let program = Program {
            services: Data::new(services),
            body_limits: Data::new(app.route_table().body_limits(&settings.limits)),
            schema: Data::new(Schema::new(&app.document(settings))),
            routes: app.route_table(),
            shares: app.shares(settings, &database).into(),
            draining: drain.draining(),
        };
        let server = start(settings, listeners, program)?;
        announce(&database, &addresses, &invitation);
        if let Some(first) = addresses.first() {
            ready(*first)?;
        }
        let mut jobs =
            vec![actix_web::rt::spawn(sweeper.run()), actix_web::rt::spawn(refusals.clone().run())];
        jobs.extend(watch.map(|watch| actix_web::rt::spawn(watch.run())));
        serve_until_stopped(server, signals, drain).await?;
        jobs.iter().for_each(JoinHandle::abort);
        refusals.log();
        database.close().await;
        tell("Stopped.");
        Ok(Outcome::Success)
    })
}

/// Takes the addresses, on tokio's runtime; nothing is answered yet.
fn bind(settings: &Settings) -> anyhow::Result<(Vec<TcpListener>, Vec<SocketAddr>)> {
    let (mut listeners, mut addresses) = (Vec::new(), Vec::new());
    for address in &settings.bind {
        let listener = listen(*address, settings.limits.reader_silence).with_context(|| {
            format!("cannot listen on {address}; stop the program that listens there, or set another address by bind \
                     (PRESSPASS_BIND)")
        })?;
        addresses.push(listener.local_addr().with_context(|| format!("cannot listen on {address}"))?);
        listeners.push(listener);
    }
    Ok((listeners, addresses))
}

fn listen(address: SocketAddr, reader_silence: Duration) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Or a restart would have to wait until the connections of the last run are forgotten.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    // Connections inherit it (tcp(7)). Nothing else notices a client that reads nothing: actix checks neither timers nor the
    // body of a response while its buffer cannot be sent. Longer than the timeout of streamed lists, which logs the reason.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket2::SockRef::from(&socket).set_tcp_user_timeout(Some(reader_silence + Duration::from_secs(5)))?;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = reader_silence;
    // actix reads all that has arrived before a handler can refuse it.
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// What every worker serves.
struct Program {
    services: Data<Services>,
    body_limits: Data<BodyLimits>,
    schema: Data<Schema>,
    routes: RouteTable,
    shares: Arc<[Share]>,
    draining: Draining,
}

/// Starts to take requests.
fn start(settings: &Settings, listeners: Vec<TcpListener>, program: Program) -> anyhow::Result<Server> {
    let cors = settings.cors.clone();
    let mut server = HttpServer::new(move || {
        program.services.database.pipeline_on_this_thread();
        let (services, draining) = (&program.services, program.draining.clone());
        let cookies = sessions::CookieRules::new(services.cookies.clone(), services.proxies.clone());
        let app = actix_web::App::new()
            .wrap(PageRequests::new(services.pages.clone()))
            .wrap(sessions::layer(&services.session_cookies))
            .wrap_fn(move |request, service| cookies.finish(request, service))
            // Outside of all middleware that responds itself: without these headers a browser hides errors from scripts.
            .wrap(cors::layer(&cors))
            .wrap_fn(crate::app::requests::traced)
            .app_data(Data::new(draining.clone()))
            .wrap_fn(move |request, service| draining.answered(request, service))
            .app_data(Data::new(services.pages.clone()))
            .app_data(services.clone())
            .app_data(program.body_limits.clone())
            .app_data(program.schema.clone());
        let app = program.shares.iter().fold(app, |app, share| app.configure(share));
        app.configure(|config| program.routes.configure(config))
    })
    // Longer than proxies keep their connections to us, so that none sends into one that we are closing.
    .keep_alive(KEEP_ALIVE)
    // A client that sends no more is gone, as NGINX and hyper have it: the handler is dropped, and what it reads ends. A
    // connection that is closed cannot be told from one that is half closed.
    .h1_allow_half_closed(false)
    // The end of an answer in pieces is not held back until the piece before it is acknowledged.
    .tcp_nodelay(true)
    // What is left of it after draining.
    .shutdown_timeout(settings.shutdown.saturating_sub(settings.drain).as_secs())
    .disable_signals();
    if let Some(workers) = settings.workers {
        server = server.workers(workers.get());
    }
    for listener in listeners {
        server = server.listen(listener).context("cannot take requests")?;
    }
    Ok(server.run())
}

/// Whether only this machine can send to it.
pub(super) fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Says in plain words what runs, and how to go on.
fn announce(database: &Database, addresses: &[SocketAddr], invitation: &Invitation) {
    for address in addresses {
        tell(&format!("Presspass listens on http://{address}/"));
    }
    tell(&format!("Data is stored {}.", startup::location(database)));
    if let Some(first) = addresses.first() {
        invitation.tell(*first);
    }
}
