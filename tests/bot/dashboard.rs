//! The dashboard that comes along: every query of it, put to a real Prometheus that scraped a real bot.
//!
//! Needs Debian's `prometheus`; without it this says loudly that it was skipped, and with `BEDSIDE_NEEDS_PROMETHEUS`
//! set it fails instead.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bedside::bot::Clock;
use jiff::SignedDuration;
use serde_json::Value;

use crate::{
    figures::Outside,
    world::{World, agent, lead, support},
};

const DASHBOARD: &str = include_str!("../../deploy/grafana-dashboard.json");
const SCRAPING: &str = include_str!("../../deploy/prometheus.yml");
/// What the scraping of the sample names, replaced by what the test serves.
const LISTENS: &str = "127.0.0.1:9484";

struct Prometheus {
    process: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Prometheus {
    /// `None` where there is none on this machine.
    fn scraping(target: &str) -> Option<Self> {
        let there = Command::new("prometheus").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !there.is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("BEDSIDE_NEEDS_PROMETHEUS").is_none(), "install Debian's prometheus");
            eprintln!("SKIPPED: there is no prometheus on this machine, so the dashboard was not tried");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let config = SCRAPING
            .replace(LISTENS, target)
            .replace("15s", "1s")
            .replace("scrape_configs", "global: {scrape_timeout: 1s}\nscrape_configs");
        std::fs::write(folder.path().join("prometheus.yml"), config).unwrap();
        // Free a moment ago; whoever takes it first makes this fail loudly.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let at = |path: &Path| path.display().to_string();
        let process = Command::new("prometheus")
            .arg(format!("--config.file={}", at(&folder.path().join("prometheus.yml"))))
            .arg(format!("--storage.tsdb.path={}", at(&folder.path().join("data"))))
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { process, address, _folder: folder })
    }

    /// `None` while it is not up yet, and answers that it is not ready.
    async fn query(&self, expression: &str) -> Option<Value> {
        let address =
            reqwest::Url::parse_with_params(&format!("http://{}/api/v1/query", self.address), &[("query", expression)]);
        let answer = reqwest::get(address.unwrap()).await.ok()?;
        serde_json::from_str(&answer.text().await.ok()?).ok()
    }

    /// Asks until there is an answer that holds something; another process is waited for, and not for ever.
    async fn until(&self, expression: &str) -> Value {
        let mut last = None;
        for _ in 0..1_200 {
            last = self.query(expression).await;
            if let Some(answer) = &last
                && (answer["status"] != "success" || answer["data"]["result"].as_array().is_some_and(|r| !r.is_empty()))
            {
                return answer.clone();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("nothing came for {expression}: {last:?}")
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn expressions() -> Vec<String> {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    targets.map(|target| target["expr"].as_str().unwrap().replace("$job", ".+")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_query_of_the_dashboard_has_an_answer() {
    let world = World::new().await;
    let outside = Outside::of(&world.bot).await;
    world.bot.figures().wanted("discord", 1);
    let _line = world.bot.figures().connected("discord");
    let _shard = world.bot.figures().shard(0);
    world.watch("support").await;
    world.hear(&support(), "m1", "dan", "It is down again.");
    world.run(&agent(), "review", &[("draft", "You should have called.")]).await;
    world.run(&lead(), "daily on", &[("channel", "team"), ("time", "12:30"), ("zone", "Europe/London")]).await;
    world.pass(SignedDuration::from_mins(45));
    world.daily.tick(world.clock.now()).await.unwrap();
    let Some(prometheus) = Prometheus::scraping(outside.address()) else { return };
    prometheus.until("count_over_time(bedside_drafts_held[1m]) > 2").await;

    let expressions = expressions();
    assert!(expressions.len() >= 15);
    for expression in &expressions {
        let answer = prometheus.until(expression).await;
        assert_eq!(answer["status"], "success", "{expression}: {answer}");
    }

    // The first two that were ever missed.
    world.pass(SignedDuration::from_hours(2 * 24 + 12));
    world.daily.tick(world.clock.now()).await.unwrap();
    let missed = expressions.iter().find(|expression| expression.contains("missed|failed|unknown")).unwrap();
    prometheus.until(&format!("({missed}) > 1")).await;
}
