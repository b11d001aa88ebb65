//! The `bedside` binary.
use bedside::content::{Layer, SourceFile, load};

fn main() {
    let mut layer = Layer::default();
    let mut todo = vec![std::path::PathBuf::from("responses")];
    while let Some(dir) = todo.pop() {
        for entry in std::fs::read_dir(dir).expect("readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                let text = std::fs::read_to_string(&path).expect("text").into();
                layer.files.push(SourceFile { name: path.display().to_string(), text });
            }
        }
    }
    match load(&[layer]) {
        Err(problems) => problems.iter().for_each(|p| println!("{p}")),
        Ok(pack) => {
            println!("{:?}", pack.counts());
            for p in bedside::review::examples(&pack).iter().chain(&bedside::mood::examples(&pack)) {
                println!("{p}");
            }
        }
    }
}
