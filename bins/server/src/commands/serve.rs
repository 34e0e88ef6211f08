//! `presspass serve`

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use anyhow::Context;
use presspass_auth::passwords::{Hasher, HasherLimits};
use presspass_auth::{SystemClock, SystemRandomness};
use presspass_domain::AccountStore;
use presspass_persistence::{Accounts, Database, Origin};

use super::signals::StopSignals;
use super::{Outcome, tell};
use crate::services::{Parts, Services};
use crate::settings::Settings;
use crate::setup::SetupLink;
use crate::{routes, startup};

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// The file of the set-up link, in the data folder, where the server does not listen on loopback alone.
const SETUP_LINK_FILE: &str = "setup-link";

pub(super) fn run(settings: &Settings) -> anyhow::Result<Outcome> {
    run_with(settings, |_| Ok(()))
}

/// Serves; `ready` is called with the first address once requests are taken.
pub(super) fn run_with(
    settings: &Settings,
    ready: impl FnOnce(SocketAddr) -> anyhow::Result<()>,
) -> anyhow::Result<Outcome> {
    for warning in settings.warnings() {
        tell(&format!("warning: {warning}"));
    }
    let randomness = SystemRandomness;
    // Before anything is changed: a key that is missing must not leave a half-adopted database behind.
    let origin = startup::look(settings)?.map_or(Ok(Origin::Nobody), |database| database.origin())?;
    let database = startup::open(settings)?;
    let key = startup::secret_key(settings, database.url(), origin, &randomness)?;
    database.migrate()?;
    let origin = database.origin()?;
    let (scheme, upgrades_passwords) = startup::password_policy(settings, origin);
    let hasher = Hasher::start(scheme, HasherLimits::default(), Arc::new(randomness))?;
    actix_web::rt::System::new().block_on(async {
        let has_superuser = Accounts::new(database.clone()).has_superuser().await?;
        let setup_link = match (origin, has_superuser) {
            (Origin::Presspass, false) => Some(SetupLink::new(&randomness)?),
            _ => None,
        };
        let parts = Parts {
            database: database.clone(),
            key,
            hasher,
            upgrades_passwords,
            clock: Arc::new(SystemClock),
            setup_link: setup_link.clone(),
        };
        // Before anyone can connect: whoever waits for that may end the server at once.
        let signals = StopSignals::listen()?;
        let (server, addresses) = listen(settings, Data::new(Services::new(settings, parts)))?;
        announce(settings, &database, &addresses, setup_link.as_ref(), has_superuser)?;
        if let Some(first) = addresses.first() {
            ready(*first)?;
        }
        serve_until_stopped(server, signals).await?;
        database.close().await;
        tell("Stopped.");
        Ok(Outcome::Success)
    })
}

/// The first signal ends the server after the requests in flight, the second at once.
async fn serve_until_stopped(server: Server, mut signals: StopSignals) -> anyhow::Result<()> {
    let handle = server.handle();
    let serving = actix_web::rt::spawn(server);
    let abort = serving.abort_handle();
    actix_web::rt::spawn(async move {
        signals.next().await;
        // The command is on its way: its end is that of the server.
        drop(handle.stop(true));
        signals.next().await;
        abort.abort();
    });
    match serving.await {
        Ok(ended) => ended.context("the server stopped"),
        Err(error) if error.is_cancelled() => Ok(()),
        Err(error) => Err(error).context("the server stopped"),
    }
}

/// Starts to take requests.
fn listen(settings: &Settings, services: Data<Services>) -> anyhow::Result<(Server, Vec<SocketAddr>)> {
    let mut server =
        HttpServer::new(move || App::new().app_data(services.clone()).configure(routes::configure))
            // Longer than NGINX keeps its connections to us, so that it never sends into one that we are closing.
            .keep_alive(KEEP_ALIVE)
            .shutdown_timeout(settings.shutdown.as_secs())
            .disable_signals();
    if let Some(workers) = settings.workers {
        server = server.workers(workers.get());
    }
    for address in &settings.bind {
        server = server.bind(address).with_context(|| {
            format!("cannot listen on {address}; end what listens there, or set another address by bind (PRESSPASS_BIND)")
        })?;
    }
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}

/// Says in plain words what runs, and how to go on.
fn announce(
    settings: &Settings,
    database: &Database,
    addresses: &[SocketAddr],
    setup_link: Option<&SetupLink>,
    has_superuser: bool,
) -> anyhow::Result<()> {
    for address in addresses {
        tell(&format!("Presspass listens on http://{address}/"));
    }
    tell(&format!("The data lies {}.", startup::whereabouts(database)));
    let setup_file = settings.data_dir.join(SETUP_LINK_FILE);
    // A link of an earlier start is dead.
    let _ = std::fs::remove_file(&setup_file);
    if has_superuser {
        return Ok(());
    }
    let command = "run `presspass createsuperuser` with the same settings: the server need not be stopped.";
    let (Some(link), Some(first)) = (setup_link, addresses.first()) else {
        tell(&format!("There is no administrator yet. To make one, {command}"));
        return Ok(());
    };
    let link = format!("http://{first}{}", link.path());
    tell("There is no administrator yet. To make one, either");
    if addresses.iter().all(|address| address.ip().is_loopback()) {
        tell(&format!("  open {link} in a browser: this link works once; or"));
    } else {
        write_setup_link(&setup_file, &link)?;
        tell(&format!("  open the link in {} in a browser: it works once; or", setup_file.display()));
    }
    tell(&format!("  {command}"));
    Ok(())
}

/// Where others can reach the server, its log may be read by others, too: the link goes into a file of its own.
fn write_setup_link(file: &Path, link: &str) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {} for the set-up link", folder.display()))?;
    }
    startup::write_private(file, link)
        .with_context(|| format!("cannot write the set-up link to {}", file.display()))
}
