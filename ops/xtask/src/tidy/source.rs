//! A Rust file split into its code and its string literals, comments dropped, lines kept in place.
//!
//! Not a parser: it knows comments, strings and characters, which is enough to tell a word in code from the same word in prose.

/// The two readings of a Rust file; both have as many lines as the file.
#[derive(Debug, Default)]
pub struct Source {
    /// The file without comments and without the insides of literals.
    pub code: String,
    /// The insides of string literals only.
    pub strings: String,
}

impl Source {
    /// Splits the text of a Rust file.
    pub fn split(text: &str) -> Source {
        let mut reader = Reader { chars: text.chars().collect(), at: 0, source: Source::default() };
        while reader.at < reader.chars.len() {
            reader.step();
        }
        reader.source
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    source: Source,
}

impl Reader {
    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => self.skip_while(|reader| reader.peek(0) != '\n'),
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(),
            ('r', '"' | '#') if self.raw_hashes().is_some() => self.raw_string(),
            ('\'', '\\') => self.escaped_char(),
            ('\'', _) if self.peek(2) == '\'' => self.skip(3),
            (seen, _) => self.emit_code(seen),
        }
    }

    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn emit_code(&mut self, seen: char) {
        self.source.code.push(seen);
        if seen == '\n' {
            self.source.strings.push('\n');
        }
        self.at += 1;
    }

    fn emit_string(&mut self, seen: char) {
        self.source.strings.push(seen);
        if seen == '\n' {
            self.source.code.push('\n');
        }
        self.at += 1;
    }

    /// Drops `count` characters, line ends kept.
    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            if self.peek(0) == '\n' {
                self.source.code.push('\n');
                self.source.strings.push('\n');
            }
            self.at += 1;
        }
    }

    fn skip_while(&mut self, inside: impl Fn(&Reader) -> bool) {
        while self.at < self.chars.len() && inside(self) {
            self.skip(1);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => (depth, _) = (depth + 1, self.skip(2)),
                ('*', '/') => (depth, _) = (depth - 1, self.skip(2)),
                (_, _) => self.skip(1),
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.emit_code('"');
        while self.at < self.chars.len() && self.peek(0) != '"' {
            if self.peek(0) == '\\' {
                self.emit_string('\\');
            }
            self.emit_string(self.peek(0));
        }
        self.emit_code('"');
        self.source.strings.push(' ');
    }

    /// Returns the number of hashes when a raw string opens here, and nothing when `r` is the end of a name or a raw identifier.
    fn raw_hashes(&self) -> Option<usize> {
        let before = self.at.checked_sub(1).map_or(' ', |at| self.chars[at]);
        let joined = before.is_alphanumeric() && !matches!(before, 'b' | 'c') || before == '_';
        let hashes = self.chars[self.at + 1..].iter().take_while(|seen| **seen == '#').count();
        (!joined && self.peek(1 + hashes) == '"').then_some(hashes)
    }

    fn raw_string(&mut self) {
        let hashes = self.raw_hashes().expect("the caller saw a raw string open");
        self.skip(2 + hashes);
        let closes = |reader: &Reader| reader.peek(0) == '"' && (1..=hashes).all(|ahead| reader.peek(ahead) == '#');
        self.source.code.push('"');
        while self.at < self.chars.len() && !closes(self) {
            self.emit_string(self.peek(0));
        }
        self.source.code.push('"');
        self.source.strings.push(' ');
        self.skip(1 + hashes);
    }

    fn escaped_char(&mut self) {
        self.skip(3);
        self.skip_while(|reader| reader.peek(0) != '\'');
        self.skip(1);
    }
}

#[cfg(test)]
mod tests;
