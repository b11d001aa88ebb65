//! What a lead sets and sees.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, reads};

#[tokio::test]
async fn a_lead_sets_a_daily_tip_and_nobody_else_does() {
    let house = House::open().await;
    let (lead, customer) = (house.browser("lead"), house.browser("customer"));
    let options = json!({"channel": "support", "time": "09:30", "zone": "Europe/London", "days": "Mon,Wed"});
    let refused = customer.command("support", "daily on", options.clone()).await;
    assert!(reads(&refused).contains("Manage Server"), "{refused}");
    let on = lead.command("support", "daily on", options).await;
    assert!(reads(&on).contains("The daily tip is on"), "{on}");
    let list = lead.command("support", "daily list", json!({})).await;
    let read = reads(&list);
    assert!(read.contains("09:30 Europe/London") && read.contains("#support") && read.contains("#team"), "{read}");
    assert_eq!(lead.get("/room/lead").await["recaps"], json!([]));
    let on = lead.command("support", "recap on", json!({"channel": "support"})).await;
    assert!(reads(&on).contains("09:30 Europe/London") && reads(&on).contains("weekly recap"), "{on}");
    let recaps = lead.get("/room/lead").await["recaps"].clone();
    assert_eq!(recaps, json!([{"name": "#support", "next": "Mon 18 May 2026 09:30 (Europe/London)"}]));
}

#[tokio::test]
async fn the_next_seven_tips_are_shown_and_one_is_left_out() {
    let house = House::open().await;
    let lead = house.browser("lead");
    let page = lead.get("/room/lead?seat=lead").await;
    let (schedule, weeks) = (&page["schedules"][0], &page["weeks"]);
    assert_eq!((schedule["channel"].as_str(), schedule["name"].as_str()), (Some("team"), Some("#team")));
    assert_eq!(*weeks, Value::Null, "fewer than five people");
    let next = schedule["next"].as_array().unwrap();
    let dates: Vec<&str> = next.iter().map(|one| one["date"].as_str().unwrap()).collect();
    let week = ["2026-05-12", "2026-05-13", "2026-05-14", "2026-05-15", "2026-05-18", "2026-05-19", "2026-05-20"];
    assert_eq!(dates, week, "today's stands already, and weekends have none");
    let today = lead.messages("team").await[0].clone();
    assert!(next.iter().all(|one| !reads(&today["card"]).contains(one["tip"]["text"].as_str().unwrap())));

    let skip = json!({"channel": "team", "date": "2026-05-13"});
    assert_eq!(lead.send("/room/lead/skip", skip).await.0, StatusCode::NO_CONTENT);
    let after = lead.get("/room/lead").await["schedules"][0]["next"].clone();
    assert_eq!((&after[1]["skipped"], &after[1]["tip"]), (&json!(true), &Value::Null));
    assert_eq!(after[2]["tip"], next[1]["tip"], "its tip comes a day later");
    let (status, problem) = lead.send("/room/lead/skip", json!({"channel": "team", "date": "2026-05-16"})).await;
    assert_eq!((status, &problem["status"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(422)));
    let refused = lead.request(Method::GET, "/room/lead?seat=agent").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_tip_has_a_poster() {
    let house = House::open().await;
    let lead = house.browser("lead");
    let page = lead.get("/room/lead").await;
    let tip = &page["schedules"][0]["next"][0]["tip"];
    let id = tip["id"].as_str().unwrap();
    for path in [format!("/tips/{id}/poster"), format!("/tips/{}/poster", id.replace('/', "%2F"))] {
        let response = lead.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert!(response.text().await.unwrap().contains(tip["title"].as_str().unwrap()));
    }
    let style = lead.request(Method::GET, "/tips/poster.css").send().await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
    let none = lead.request(Method::GET, "/tips/no/such/poster").send().await.unwrap();
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
}
