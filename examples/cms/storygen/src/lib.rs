//! Makes pages of the text files in `/stories`: the first line of a file is the title, and blank lines part the paragraphs.

use std::fs;
use std::io;

use acme::cms::store::Bucket;
use exports::acme::cms::stories::{Error, Guest};

wit_bindgen::generate!({ path: "../wit", world: "storygen" });

const FOLDER: &str = "/stories";
const WIDTH: usize = 64;

struct Stories;

impl Guest for Stories {
    fn titles() -> Result<Vec<String>, Error> {
        let mut titles: Vec<String> = read_all()?.iter().map(|text| split(text).0.to_owned()).collect();
        // A host lists files in an order of its own.
        titles.sort();
        Ok(titles)
    }

    fn page(title: String) -> Result<String, Error> {
        let pages = Bucket::new("pages");
        if let Some(page) = pages.get(&title) {
            return Ok(page);
        }
        let texts = read_all()?;
        let text = texts.iter().find(|text| split(text).0 == title).ok_or(Error::NoSuchStory)?;
        let page = typeset(text);
        pages.set(&title, &page);
        Ok(page)
    }
}

fn read_all() -> Result<Vec<String>, Error> {
    let read = || -> io::Result<Vec<String>> {
        fs::read_dir(FOLDER)?.map(|entry| fs::read_to_string(entry?.path())).collect()
    };
    read().map_err(|error| Error::Unreadable(format!("{FOLDER}: {error}")))
}

/// The title of a story, and the rest of it.
fn split(text: &str) -> (&str, &str) {
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    (title.trim(), rest)
}

fn typeset(text: &str) -> String {
    let (title, rest) = split(text);
    let mut page = format!("{title}\n{}\n", "=".repeat(title.chars().count()));
    for paragraph in rest.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        page.push('\n');
        page.push_str(&fill(paragraph));
    }
    page
}

/// A paragraph in lines of a width, as far as its words allow.
fn fill(paragraph: &str) -> String {
    let mut lines = String::new();
    let mut width = 0;
    for word in paragraph.split_whitespace() {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            lines.push('\n');
            width = 0;
        } else if width > 0 {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
    }
    lines.push('\n');
    lines
}

export!(Stories);
