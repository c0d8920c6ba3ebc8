//! A table of rules and addresses, with the verdict on each and the reason for it. The tests of adapters use the same
//! table.

/// An operation, and the expected verdict of the rules.
pub struct Row {
    /// `connect RULE RULE; listen RULE; lookup RULE`.
    pub rules: &'static str,
    /// The addresses that lookups have found before: `NAME ADDRESS`, separated by commas.
    pub answered: &'static str,
    /// The operation: `connect`, `listen`, `bind` or `lookup`, and an address with a port, or a name.
    pub asked: &'static str,
    /// `yes`, `no`, or `bound` for a socket that may be bound and may not listen.
    pub verdict: &'static str,
    /// The reason why the verdict is right.
    pub why: &'static str,
}

const fn row(
    rules: &'static str,
    answered: &'static str,
    asked: &'static str,
    verdict: &'static str,
    why: &'static str,
) -> Row {
    Row { rules, answered, asked, verdict, why }
}

const TEN: &str = "connect 10.0.0.0/8:443";
const SIX: &str = "connect [2001:db8::]/32:*";
const DATABASE: &str = "connect db.internal:5432";
const BELOW: &str = "connect *.internal:80";
const SERVER: &str = "listen 127.0.0.1:8080";
const BOTH: &str = "connect 10.0.0.1:53; listen 127.0.0.1:8080";
const NAMES: &str = "lookup *.internal one.example";

#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    // Blocks.
    row(TEN, "", "connect 10.0.0.1:443", "yes", "in the block"),
    row(TEN, "", "connect 10.255.255.255:443", "yes", "its last address"),
    row(TEN, "", "connect 10.0.0.0:443", "yes", "its first address: RFC 4632, 3.1"),
    row(TEN, "", "connect 11.0.0.0:443", "no", "behind it"),
    row(TEN, "", "connect 9.255.255.255:443", "no", "before it"),
    row(TEN, "", "connect 127.0.0.1:443", "no", "the loopback is no other address"),
    row("connect 10.0.0.1:443", "", "connect 10.0.0.1:443", "yes", "one address"),
    row("connect 10.0.0.1:443", "", "connect 10.0.0.2:443", "no", "the next one"),
    row("connect 192.0.2.128/25:443", "", "connect 192.0.2.127:443", "no", "a block that ends within a byte"),
    row("connect 192.0.2.128/25:443", "", "connect 192.0.2.128:443", "yes", "its first address"),
    row("connect 192.0.2.8/31:443", "", "connect 192.0.2.9:443", "yes", "a block of two"),
    row("connect 192.0.2.8/31:443", "", "connect 192.0.2.10:443", "no", "the third"),
    row("connect 0.0.0.0/0:443", "", "connect 203.0.113.9:443", "yes", "each address of IPv4"),
    row("connect 0.0.0.0/0:443", "", "connect [2001:db8::1]:443", "no", "and none of IPv6"),
    row("connect 10.0.0.1:443 10.0.0.3:80", "", "connect 10.0.0.3:80", "yes", "the second rule"),
    row("connect 10.0.0.1:443 10.0.0.3:80", "", "connect 10.0.0.1:80", "no", "an address of one rule, a port of another"),
    row("", "", "connect 10.0.0.1:443", "no", "no rules allow nothing"),
    // Ports.
    row(TEN, "", "connect 10.0.0.1:442", "no", "another port"),
    row(TEN, "", "connect 10.0.0.1:0", "no", "nobody is at port 0: RFC 6335, 6"),
    row("connect 10.0.0.1:*", "", "connect 10.0.0.1:65535", "yes", "any port"),
    row("connect 10.0.0.1:*", "", "connect 10.0.0.1:1", "yes", "the first"),
    row("connect 10.0.0.1:*", "", "connect 10.0.0.1:0", "no", "which is not 0"),
    row("connect 10.0.0.1:8000-8010", "", "connect 10.0.0.1:8000", "yes", "a range has its first port"),
    row("connect 10.0.0.1:8000-8010", "", "connect 10.0.0.1:8010", "yes", "and its last"),
    row("connect 10.0.0.1:8000-8010", "", "connect 10.0.0.1:7999", "no", "not that before"),
    row("connect 10.0.0.1:8000-8010", "", "connect 10.0.0.1:8011", "no", "not that behind"),
    row("connect 10.0.0.1:80-80", "", "connect 10.0.0.1:80", "yes", "a range of one"),
    // IPv6.
    row(SIX, "", "connect [2001:db8::1]:1", "yes", "in the block"),
    row(SIX, "", "connect [2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:443", "yes", "its last address"),
    row(SIX, "", "connect [2001:db9::]:443", "no", "behind it"),
    row(SIX, "", "connect [2001:db7:ffff::]:443", "no", "before it"),
    row("connect [2001:db8::8000]/113:443", "", "connect [2001:db8::ffff]:443", "yes", "a block that ends within a group"),
    row("connect [2001:db8::8000]/113:443", "", "connect [2001:db8::7fff]:443", "no", "before it"),
    row("connect [::1]:443", "", "connect [::1]:443", "yes", "the loopback"),
    row("connect [::1]:443", "", "connect 127.0.0.1:443", "no", "which is another one for IPv4"),
    row("connect [::]/0:443", "", "connect [2001:db8::1]:443", "yes", "each address of IPv6"),
    row("connect [::]/0:443", "", "connect 203.0.113.9:443", "no", "and none of IPv4"),
    row("connect [::]/0:443", "", "connect [::ffff:203.0.113.9]:443", "no", "in whichever form: RFC 4291, 2.5.5.2"),
    row(TEN, "", "connect [::ffff:10.0.0.1]:443", "yes", "mapped, it is that address of IPv4"),
    row(TEN, "", "connect [::ffff:11.0.0.1]:443", "no", "or another"),
    row(TEN, "", "connect [::10.0.0.1]:443", "no", "compatible, and connected to by IPv6: RFC 4291, 2.5.5.1"),
    row("connect [::ffff:10.0.0.0]/104:443", "", "connect 10.9.9.9:443", "yes", "in a rule as well"),
    row("connect [::ffff:0:0]/96:443", "", "connect 203.0.113.9:443", "yes", "all mapped ones are all of IPv4"),
    row(TEN, "", "connect [64:ff9b::a00:1]:443", "no", "what a gateway makes of it is not said: RFC 6052, 2.1"),
    row(TEN, "", "connect [2002:a00:1::]:443", "no", "nor of 6to4: RFC 3056, 2"),
    row("connect [fe80::]/10:80", "", "connect [fe80::1]:80", "yes", "of a link, whichever the link is"),
    // Special addresses are none but what they are.
    row("connect 0.0.0.0/0:80", "", "connect 0.0.0.0:80", "yes", "in the block; WASI has no such connection"),
    row(TEN, "", "connect 0.0.0.0:443", "no", "some systems take it for the loopback"),
    row(TEN, "", "connect 255.255.255.255:443", "no", "a broadcast goes to others"),
    row(TEN, "", "connect 224.0.0.1:443", "no", "so does a multicast"),
    row("connect 224.0.0.0/4:5353", "", "connect 224.0.0.251:5353", "yes", "unless a rule says it"),
    // Names.
    row(DATABASE, "", "connect 10.0.0.7:5432", "no", "nothing was answered yet"),
    row(DATABASE, "db.internal 10.0.0.7", "connect 10.0.0.7:5432", "yes", "what the host answered for the name"),
    row(DATABASE, "db.internal 10.0.0.7", "connect 10.0.0.8:5432", "no", "another address"),
    row(DATABASE, "db.internal 10.0.0.7", "connect 10.0.0.7:5433", "no", "another port"),
    row(DATABASE, "db.internal 10.0.0.7", "connect [::ffff:10.0.0.7]:5432", "yes", "the same address"),
    row(DATABASE, "DB.Internal. 10.0.0.7", "connect 10.0.0.7:5432", "yes", "names have no case, and a dot at the end is nothing"),
    row(DATABASE, "db.internal 10.0.0.7,db.internal 2001:db8::7", "connect [2001:db8::7]:5432", "yes", "each of several answers"),
    row("connect db.internal:5432; lookup evil.example", "evil.example 10.0.0.9", "connect 10.0.0.9:5432", "no", "what another name answered"),
    row("connect a.example:1 b.example:2", "a.example 10.0.0.7", "connect 10.0.0.7:2", "no", "of a name, just its own ports"),
    row("connect a.example:1 b.example:2", "a.example 10.0.0.7,b.example 10.0.0.7", "connect 10.0.0.7:2", "yes", "of both names"),
    row(BELOW, "a.internal 10.0.0.7", "connect 10.0.0.7:80", "yes", "a name below"),
    row(BELOW, "a.b.internal 10.0.0.7", "connect 10.0.0.7:80", "yes", "further below"),
    row(NAMES, "a.internal 10.0.0.7", "connect 10.0.0.7:80", "no", "to look up is not to connect"),
    // Lookups.
    row(DATABASE, "", "lookup db.internal", "yes", "who may connect to a name may look it up"),
    row(DATABASE, "", "lookup DB.INTERNAL.", "yes", "in any case, with a dot at the end: RFC 1034, 3.1"),
    row(DATABASE, "", "lookup xdb.internal", "no", "another name"),
    row(DATABASE, "", "lookup db.internal.evil.example", "no", "a name that begins with it"),
    row(DATABASE, "", "lookup db", "no", "what the host adds to a name is the host's business"),
    row(NAMES, "", "lookup a.internal", "yes", "below"),
    row(NAMES, "", "lookup internal", "no", "never the name itself"),
    row(NAMES, "", "lookup one.example", "yes", "a name"),
    row(NAMES, "", "lookup two.one.example", "no", "a name below one that is named alone"),
    row(NAMES, "", "lookup aone.example", "no", "a dot comes between"),
    row("lookup *.example", "", "lookup münchen.example", "no", "readers convert it in several ways: UTS 46, 4"),
    row("lookup *.example", "", "lookup xn--mnchen-3ya.example", "yes", "in its ASCII form"),
    row("lookup *.example", "", "lookup a..example", "no", "an empty label: RFC 1035, 2.3.1"),
    row("lookup *.example", "", "lookup a%2e.example", "no", "some resolvers decode it: URL standard, 3.5"),
    row("lookup *.example", "", "lookup a\0.example", "no", "some end at a zero"),
    row("lookup *.example", "", "lookup *.example", "no", "a star is no label"),
    row("lookup *.example", "", "lookup ", "no", "an empty name"),
    row(TEN, "", "lookup 10.0.0.1", "yes", "an address is its own answer, and a rule is about it"),
    row(TEN, "", "lookup 11.0.0.1", "no", "no rule is about it"),
    row(SIX, "", "lookup 2001:db8::1", "yes", "of IPv6, without brackets"),
    row(SIX, "", "lookup [2001:db8::1]", "yes", "or with them"),
    row(SERVER, "", "lookup 127.0.0.1", "yes", "who listens names its address, too"),
    row("connect 127.0.0.1:80", "", "lookup 127.1", "no", "resolvers read a number in several ways"),
    row("connect 127.0.0.1:80", "", "lookup 2130706433", "no", "as above"),
    row("connect 127.0.0.1:80", "", "lookup 0x7f.1", "no", "as above"),
    row("connect [fe80::]/10:80", "", "lookup fe80::1%eth0", "no", "a zone is the host's own: RFC 4007, 11"),
    // Listening.
    row(SERVER, "", "listen 127.0.0.1:8080", "yes", "what the rule says"),
    row(SERVER, "", "listen 127.0.0.1:8081", "no", "another port"),
    row(SERVER, "", "listen 0.0.0.0:8080", "no", "all addresses are more than one"),
    row(SERVER, "", "listen [::]:8080", "no", "so are all of IPv6"),
    row(SERVER, "", "listen 127.0.0.1:0", "no", "the host could choose any port"),
    row("listen 127.0.0.1:*", "", "listen 127.0.0.1:0", "yes", "which the rule allows"),
    row("listen 127.0.0.1:0", "", "listen 127.0.0.1:0", "yes", "or says itself"),
    row("listen 127.0.0.1:0", "", "listen 127.0.0.1:8080", "no", "just what the host chooses"),
    row("listen 0.0.0.0:80", "", "listen 0.0.0.0:80", "yes", "all addresses, where the rule says so"),
    row("listen 0.0.0.0:80", "", "listen 127.0.0.1:80", "no", "an address is what it is, and no pattern"),
    row("listen 0.0.0.0/0:80", "", "listen 127.0.0.1:80", "yes", "a block of all"),
    row("listen 0.0.0.0/0:80", "", "listen [::]:80", "no", "of IPv4 alone"),
    row(TEN, "", "listen 10.0.0.1:443", "no", "to connect is not to listen"),
    row(SERVER, "", "connect 127.0.0.1:8080", "no", "nor the other way round"),
    row("listen [::1]:80", "", "listen [::1]:80", "yes", "IPv6"),
    row("listen 127.0.0.1:80", "", "listen [::ffff:127.0.0.1]:80", "yes", "mapped, it is that address of IPv4"),
    // Binding.
    row(BOTH, "", "bind 127.0.0.1:8080", "yes", "where a rule has it listen"),
    row(BOTH, "", "bind 0.0.0.0:0", "bound", "a socket of UDP is bound before it sends: no address in particular"),
    row(BOTH, "", "bind [::]:0", "bound", "of IPv6"),
    row(BOTH, "", "bind 0.0.0.0:53", "no", "a port in particular"),
    row(BOTH, "", "bind 10.0.0.1:0", "no", "an address in particular"),
    row(BOTH, "", "bind 127.0.0.1:8081", "no", "another port than the rule's"),
    row(SERVER, "", "bind 0.0.0.0:0", "no", "who connects to nobody needs no such socket"),
    row("listen 0.0.0.0:*", "", "bind 0.0.0.0:0", "yes", "it may listen there as well"),
];
