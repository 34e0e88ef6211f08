use presspass_test_support::TestRedis;

use super::*;

const TIMEOUT: Duration = Duration::from_secs(2);

fn redis(server: &TestRedis) -> Redis {
    Redis::new(RedisUrl::parse(&server.url()).unwrap(), TIMEOUT).unwrap()
}

async fn get(redis: &Redis, name: &str) -> Result<Option<String>, RedisError> {
    redis.command(::redis::cmd("GET").arg(Redis::key(name))).await
}

async fn set(redis: &Redis, name: &str, value: &str) -> Result<(), RedisError> {
    redis.command(::redis::cmd("SET").arg(Redis::key(name)).arg(value)).await
}

#[tokio::test]
async fn commands_pipelines_and_scripts_answer() {
    let Some(server) = TestRedis::running() else { return };
    let redis = redis(&server);
    redis.ping().await.unwrap();
    set(&redis, "a", "1").await.unwrap();
    assert_eq!(get(&redis.clone(), "a").await.unwrap().as_deref(), Some("1"));
    assert_eq!(server.command("EXISTS presspass:a"), ":1");
    let mut pipeline = ::redis::pipe();
    pipeline.atomic().incr(Redis::key("a"), 4).expire(Redis::key("a"), 60);
    assert_eq!(redis.pipeline::<(i64, bool)>(&pipeline).await.unwrap(), (5, true));
    let script = "return redis.call('INCRBY', KEYS[1], ARGV[1])";
    let sum: i64 = redis.script(script, &[Redis::key("a")], &["7".to_owned()]).await.unwrap();
    assert_eq!(sum, 12);
}

#[tokio::test]
async fn clones_and_requests_share_one_connection() {
    let Some(server) = TestRedis::running() else { return };
    let redis = redis(&server);
    let requests = (0..20).map(|_| {
        let redis = redis.clone();
        tokio::spawn(async move { redis.ping().await.unwrap() })
    });
    for request in requests.collect::<Vec<_>>() {
        request.await.unwrap();
    }
    let clients: String = redis.command(::redis::cmd("CLIENT").arg("LIST")).await.unwrap();
    assert_eq!(clients.lines().count(), 1, "{clients}");
}

#[tokio::test]
async fn a_server_that_stops_is_unavailable_at_once_and_well_again_by_itself() {
    let Some(mut server) = TestRedis::running() else { return };
    let redis = redis(&server);
    for _ in 0..3 {
        set(&redis, "a", "1").await.unwrap();
        server.stop();
        let before = Instant::now();
        for _ in 0..50 {
            let error = get(&redis, "a").await.unwrap_err();
            assert!(matches!(error, RedisError::Unavailable(_)), "{error}");
        }
        // Fifty who wait until their time is up would take far longer.
        assert!(before.elapsed() < TIMEOUT * 5, "{:?}", before.elapsed());
        server.start();
        let back = Instant::now();
        while let Err(error) = get(&redis, "a").await {
            // Half a second on a machine with time to spare.
            assert!(back.elapsed() < Duration::from_secs(5), "{error}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn a_restart_between_two_commands_goes_unnoticed() {
    let Some(mut server) = TestRedis::running() else { return };
    let redis = redis(&server);
    set(&redis, "a", "1").await.unwrap();
    server.stop();
    server.start();
    assert_eq!(get(&redis, "a").await.unwrap(), None);
}

#[tokio::test]
async fn a_server_that_answers_nothing_is_given_up_in_time_and_found_again() {
    let Some(server) = TestRedis::running() else { return };
    let timeout = Duration::from_millis(200);
    let redis = Redis::new(RedisUrl::parse(&server.url()).unwrap(), timeout).unwrap();
    redis.ping().await.unwrap();
    server.freeze();
    // The second has no connection any more, and gets none.
    for _ in 0..2 {
        let before = Instant::now();
        let error = redis.ping().await.unwrap_err();
        assert_eq!(error, RedisError::Unavailable("no answer in time".to_owned()));
        assert!(before.elapsed() < timeout * 5, "{:?}", before.elapsed());
        assert!(
            redis.0.live().is_none(),
            "a link may be dead for a quarter of an hour before anyone is told"
        );
    }
    server.thaw();
    let back = Instant::now();
    while let Err(error) = redis.ping().await {
        assert!(back.elapsed() < Duration::from_secs(5), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_a_refusal_that_repeats_none() {
    let Some(server) = TestRedis::running() else { return };
    let url = server.url().replace(server.password(), "s3cret");
    let redis = Redis::new(RedisUrl::parse(&url).unwrap(), TIMEOUT).unwrap();
    let error = redis.ping().await.unwrap_err();
    assert!(matches!(error, RedisError::Failed(_)), "{error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
    assert!(!format!("{redis:?} {error:?}").contains("s3cret"), "{redis:?}");
}

#[tokio::test]
async fn a_command_that_redis_does_not_know_is_a_fault_that_costs_no_connection() {
    let Some(server) = TestRedis::running() else { return };
    let redis = redis(&server);
    let error = redis.command::<()>(&::redis::cmd("BREW")).await.unwrap_err();
    assert!(matches!(error, RedisError::Failed(_)), "{error}");
    assert_eq!(redis.0.live().unwrap().number, 1);
}
