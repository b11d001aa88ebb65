use super::*;

fn parse(file: &Path, text: &str) -> Config {
    let (config, problems) = Config::read(file, text);
    assert_eq!(problems, []);
    config
}

fn told(text: &str) -> Vec<String> {
    Config::read(Path::new("bedside.toml"), text).1.iter().map(ToString::to_string).collect()
}

#[test]
fn an_empty_file_is_the_defaults() {
    let config = parse(Path::new("bedside.toml"), "");
    assert_eq!(Config { file: None, ..config }, Config::default());
    assert_eq!(Config::default().store.file().as_deref(), Some(Path::new("bedside.db")));
}

#[test]
fn the_example_is_the_defaults_too() {
    let example = include_str!("../../bedside.example.toml");
    let config = parse(Path::new("bedside.toml"), example);
    assert_eq!(Config { file: None, ..config }, Config::default());
    let settings: String = example
        .lines()
        .map(|line| line.strip_prefix("# ").unwrap_or(line))
        .filter(|line| {
            line.starts_with('[')
                || line.split_once(" = ").is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase()))
        })
        .fold(String::new(), |all, line| all + line + "\n");
    let problems = told(&settings);
    assert!(problems.iter().all(|said| said.contains("our-pack")), "{problems:#?}\n{settings}");
}

#[test]
fn every_key_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("our-pack")).unwrap();
    let text = r#"
content = ["./our-pack"]
discord = { api = "http://127.0.0.1:3911/", enabled = false, shards = { of = 8, mine = [1, 0] } }
room = { enabled = false, listen = "localhost:9000", hosts = ["Desk.example:80"], require_keys = true, limit = 600, examples = false }
store.url = "sqlite:///data/bedside.db?mode=rwc"
[log]
format = "json"
level = "debug"
[tips]
grace = "1h 30m"
links = false
[safety]
text = "Call 100."
[blog]
feed = "http://[::1]:8000/feed?format=rss"
"#;
    let config = parse(&folder.path().join("bedside.toml"), text);
    assert_eq!(config.content, [folder.path().join("./our-pack")]);
    let shards = Some(Shards { of: 8, mine: vec![0, 1] });
    assert_eq!(config.discord, Discord { enabled: false, api: Some("http://127.0.0.1:3911".into()), shards });
    let room = Room {
        enabled: false,
        listen: "127.0.0.1:9000".parse().unwrap(),
        hosts: vec!["desk.example:80".into()],
        require_keys: true,
        limit: 600,
        examples: false,
    };
    assert_eq!(config.room, room);
    assert_eq!(config.store.file().as_deref(), Some(Path::new("/data/bedside.db")));
    assert_eq!(config.store.socket(), Path::new("/data/bedside.db.sock"));
    assert_eq!(config.log, Log { format: LogFormat::Json, level: tracing::Level::DEBUG });
    assert_eq!(config.tips, Tips { grace: Duration::from_mins(90), links: false });
    assert_eq!(config.safety.text.as_deref(), Some("Call 100."));
    assert_eq!(config.blog.feed.as_deref(), Some("http://[::1]:8000/feed?format=rss"));
}

#[test]
fn shards_without_mine_are_all_of_this_process() {
    let config = parse(Path::new("bedside.toml"), "[discord.shards]\nof = 3\n");
    assert_eq!(config.discord.shards, Some(Shards { of: 3, mine: vec![0, 1, 2] }));
    let said = told("[discord]\nenabled = true\nshards = { of = 4, mine = [0, 4] }\n");
    assert!(said[0].starts_with("bedside.toml:3:31: "), "{said:?}");
}

#[test]
fn everything_wrong_is_told_at_once_with_its_place() {
    let text = "contents = []\ngrace = \"4h\"\nlog = 3\n[discord]\napi = \"discord.example\"\nenabeld = true\n\
                token = \"s3cret\"\n[store]\nurl = \"postgres://me:s3cret@db/bedside\"\n[tips]\ngrace = \"soon\"\nlinks = \"yes\"\n\
                [safety]\ntext = \"\"\nx = 1\n";
    insta::assert_snapshot!(told(text).join("\n"));
}

#[test]
fn a_server_may_keep_the_store_and_its_address_is_never_printed() {
    assert!(told("[store]\nurl = \"postgresql:///bedside?host=/run/postgresql\"").is_empty());
    let store = Store { url: "postgres://me:s3cret@db/bedside?sslmode=require&password=s3cret".into() };
    assert_eq!(store.file(), None);
    assert!(!format!("{store:?}").contains("s3cret"));
    assert_eq!(store.socket(), Path::new("bedside.sock"));
}

#[test]
fn syntax_errors_are_all_told_and_no_line_is_repeated() {
    let said = told("content = [\n[discord\nenabled = ture\n[tips]\ngrace = \"4h\"\ngrace = \"5h\"\ntoken s3cret\n");
    assert!(said.len() >= 2, "{said:#?}");
    assert!(!said.join("\n").contains("s3cret"), "{said:#?}");
}

#[test]
fn a_value_that_cannot_be_is_told_with_one_that_can() {
    for (text, right) in [
        ("content = \"./our-pack\"", "content = [\"./our-pack\"]"),
        ("content = [\"./nowhere\"]", "relative to this file"),
        ("content = [1]", "takes text"),
        ("[discord]\napi = \"http://me:secret@proxy\"", "secrets do not belong"),
        ("[discord]\napi = \"http://\"", "http://127.0.0.1:3911"),
        ("[discord]\nenabled = 1", "true or false"),
        ("[discord]\nshards = 2", "{ of = 8, mine = [0, 1] }"),
        ("[discord]\nshards = { mine = [0] }", "how many shards there are"),
        ("[discord]\nshards = { of = 0 }", "1 to 10000"),
        ("[discord]\nshards = { of = \"2\" }", "1 to 10000"),
        ("[discord]\nshards = { of = 2, mine = [] }", "at least one"),
        ("[discord]\nshards = { of = 2, mine = 1 }", "at least one"),
        ("[discord]\nshards = { of = 2, mine = [1, 2] }", "no shard 2 where `of` is 2; they count from 0 to 1"),
        ("[discord]\nshards = { of = 2, mine = [-1] }", "from 0 to 1"),
        ("[discord]\nshards = { of = 2, mine = [1, 1] }", "twice"),
        ("[discord.shards]\nof = 2\nmien = [1]", "no key `mien`"),
        ("[room]\nlisten = \"8484\"", "127.0.0.1:8484"),
        ("[room]\nlimit = 0", "1 to 1000000"),
        ("[room]\nlimit = \"60\"", "write it as in 60"),
        ("[room]\nhosts = \"desk\"", "a list of names"),
        ("[room]\nhosts = [\"http://desk/\"]", "is no host"),
        ("[store]\nurl = \"sqlite::memory:\"", "forgets which tips"),
        ("[store]\nurl = \"bedside.db\"", "sqlite://bedside.db"),
        ("[store]\nurl = \"postgres:db\"", "postgres://bedside@db.example/bedside"),
        ("[store]\nurl = \"postgres://me:s3cret@db/bedside\"", "PGPASSWORD"),
        ("[store]\nurl = \"postgres://me:s3?cret@db/bedside\"", "PGPASSWORD"),
        ("[store]\nurl = \"postgres://db/bedside?password=s3cret\"", "PGPASSFILE"),
        ("[log]\nformat = \"xml\"", "`text`, `json`"),
        ("[log]\nlevel = \"loud\"", "`info`"),
        ("[tips]\ngrace = \"0s\"", "at least a few minutes"),
        ("[tips]\ngrace = \"48h\"", "24h"),
        ("[tips]\ngrace = \"-1h\"", "no length of time"),
        ("[tips]\ngrace = 4", "takes text"),
        ("[Discord]\nenabled = true", "`discord`"),
        ("[[log]]\nlevel = \"info\"", "section"),
        ("[blog]\nfeed = true", "takes text"),
        ("[blog]\nfeed = \"\"", "is not an address"),
        ("[blog]\nfeed = \"blog.example/feed\"", "https://blog.example.org/feed"),
        ("[blog]\nfeed = \"https:///feed\"", "is not an address"),
        ("[blog]\nfeed = \"https://blog.example:0/feed\"", "is not an address"),
        ("[blog]\nfeed = \"https://blog.example/a feed\"", "is not an address"),
        ("[blog]\nfeed = \"http://blog.example/feed\"", "write https"),
        ("[blog]\nfeed = \"http://localhost.example/feed\"", "write https"),
        ("[blog]\nfeed = \"ftp://blog.example/feed\"", "begins with https"),
        ("[blog]\nfeed = \"file:///etc/passwd\"", "is not an address"),
        ("[blog]\nfeed = \"https://me:s3cret@blog.example/feed\"", "secrets do not belong"),
        ("[blog]\nurl = \"https://blog.example/feed\"", "belongs under"),
        ("bot_token = \"s3cret\"", "DISCORD_TOKEN"),
    ] {
        let said = told(text);
        assert_eq!(said.len(), 1, "{text}: {said:#?}");
        assert!(said[0].contains(right) && !said[0].contains("s3cret"), "{text}: {}", said[0]);
    }
}

#[test]
fn a_file_that_is_not_there_is_told_and_none_at_all_is_fine() {
    let said = Config::find(Some(Path::new("/nowhere/bedside.toml"))).unwrap_err()[0].to_string();
    assert!(said.starts_with("/nowhere/bedside.toml:1:1: cannot be read"), "{said}");
}
