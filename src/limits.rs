//! Every limit that weld puts on its input, each with its reason.
//!
//! Where the Component Model's validator has a limit of its
//! own, ours repeats it so that the message can name the composition instead of a byte offset.

/// The largest file that is read as a component, in bytes.
///
/// A core module may have at most 1 GiB, and the binary format counts in 32 bits: past this no file is a component.
pub const INPUT_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// The largest custom section `weld` that is read, in bytes.
///
/// Whoever made a component may have put anything there. A thousand components with as many grants take some hundred
/// kilobytes.
pub const PROVENANCE_BYTES: usize = 16 * 1024 * 1024;

/// How deep components may be nested in each other.
///
/// Printers and other tools recurse once a level. A composition of a composition has two levels, real tools emit fewer than
/// ten, and a thread's stack of 1 MiB holds a hundred.
pub const COMPONENT_DEPTH: usize = 100;

/// How deep component and instance types may be nested in each other.
///
/// Readers recurse once a level, and the validator's own limit comes only after reading.
pub const TYPE_DEPTH: usize = 100;

/// How many items the types of a component may have that takes so many bytes: those of each type that it defines, of each instance that it
/// imports or exports, and of each component that it instantiates. The validator takes up to a kilobyte for one. A composition of a
/// thousand components that have all of WASI has two million, in twenty megabytes.
pub const fn type_items(bytes: usize) -> u64 {
    300_000 + bytes as u64 / 8
}

/// How many bytes the names may have in all that lead to what a component imports and exports that takes so many bytes: an item of an
/// interface has the names of both, one of an instance within an instance has three, and what is nested in the component counts too.
/// Each item is known by all of them in every phase. All of WASI takes some hundred kilobytes.
pub const fn item_names(bytes: usize) -> u64 {
    8 * 1024 * 1024 + 4 * bytes as u64
}

/// How many bytes a name takes beside its own, where [`item_names`] counts: it is text in memory of its own.
pub const ITEM_NAME: u64 = 32;

/// The number of instances that one component may hold.
///
/// The validator refuses more. Imported instances, instantiations and aliases of exported instances all count.
pub const INSTANCES: usize = 1_000;

/// How many instances a composition may have, and how many components a description may name. Those that are more than one component
/// may hold are nested in groups.
pub const COMPOSED: usize = 20_000;

/// How many imports a component may have. Each is compared with those of others by name; all of WASI has a hundred, and the validator
/// refuses more interfaces than [`INSTANCES`].
pub const IMPORTS: usize = 10_000;

/// The number of components that one component may hold: the validator refuses more.
pub const COMPONENTS: usize = 1_000;

/// How deep brackets may be nested in a WAC document: its parser recurses once for each.
pub const WAC_DEPTH: usize = 100;

/// The highest number of a further instance, `kv#1` and so on: a composition has no more instances than this.
pub const INSTANCE_NUMBER: u32 = COMPOSED as u32;

/// How many imports and types a WAC document may declare: each import is resolved with all types before it.
pub const WAC_DECLARATIONS: usize = 200;

/// How long the name of an instance may be that it is known by, in bytes. It is repeated in the names of all that is
/// in the instance; interfaces, after which tools name instances, have names of a quarter of this.
pub const FOLLOWED_NAME: usize = 256;

/// Of how many names that are not there it is looked for which ones may have been meant. Each is compared with all that are there, and an
/// error has some of these; people read the first ones.
pub const SUGGESTED: usize = 100;

/// How many instances are followed in one component, to see who reaches what, and to check that. Each instantiation of a component instantiates what is nested
/// in it again, so that a few lines can ask for more than any machine has. A composition of [`COMPOSED`] instances has groups of them, too.
pub const FOLLOWED_INSTANCES: usize = 25_000;

/// Of how many components within one it is kept what the validator said of their types, for those who ask later. Each of these refers
/// to the types of all before it. What was not kept is read again.
pub const TYPES_KEPT: usize = 64;

/// Of how many levels of nested components the types are read again that were not kept. A group of instances is one, and its members are
/// another.
pub const LEVELS_AGAIN: usize = 2;

/// How many items instances are given that are followed in one component, those that are put together of others among them. A thousand
/// components that each import all of WASI have some fifty thousand.
pub const FOLLOWED_ITEMS: usize = 1_000_000;

/// How many items the check follows to whoever has them, in an output that takes so many bytes. Each is followed again for each
/// component before which something else stands. A composition of a thousand components that have all of WASI has two million, in twenty
/// megabytes.
pub const fn checked(bytes: usize) -> usize {
    1_000_000 + bytes / 8
}

/// How many findings the check has of one output. People read the first ones; a hostile output could have one for each function
/// of each instance.
pub const FINDINGS: usize = 1_000;

/// How many wires are shown of one component, those that bundles are made of among them. Real compositions have hundreds; a
/// few bundles, each with the one before twice, would have more than any memory holds.
pub const INSPECTED_WIRES: usize = 1_000_000;

/// How many steps there may be in all between the instances of a component and what they reach of the host's through others. Real
/// compositions have some thousands; a chain of as many instances as are followed would have a hundred million.
pub const WAYS: usize = 1_000_000;

/// How many bytes the names may have in all on the ways that are explained, each way told from one instance to the host. That of a
/// chain of a thousand components takes some megabytes; a few lines can ask for ten thousand ways of a hundred links.
pub const EXPLAINED: usize = 32 * 1024 * 1024;

/// How many items of the host's the instances of a component reach in all, each counted for each instance that does. A thousand
/// components that each reach half of WASI have some 150,000; types that are made of each other would have more than any memory holds.
pub const REACHED: usize = 200_000;

/// How many ports and wires a picture has. People see hundreds at once; a page of more than these has more than a hundred megabytes.
pub const DRAWN: usize = 200_000;

/// How many bytes a picture has of the text of types.
pub const DRAWN_TEXT: usize = 16 * 1024 * 1024;

/// How many lines are shown of the types of one component within another. A component that imports all of WASI has some 500;
/// instance types that use each other would have more than any memory holds.
pub const SHOWN_LINES: usize = 5_000;

/// How many lines the text has that stands for the world of a component where WIT has no words for it. It is a part of
/// snapshots, so nothing is left out of it: where there would be more, there is no snapshot.
pub const WORLD_LINES: usize = 200_000;

/// How long a type without a name may be, in bytes, that is written out where another one is made of it, and not once for all. The longest
/// ones of WASI have some fifty.
pub const INNER_TYPE: usize = 200;

/// How many lines an interface within another one may have that is written out there, and not once for all.
pub const INNER_LINES: usize = 20;

/// How long a type without a name may be in a message, in bytes. In the place of a longer one is `…`.
pub const MESSAGE_TYPE: usize = 1_000;

/// How many bytes of types without names a world may have that are longer than [`INNER_TYPE`], to be printed as WIT, which writes each of them out
/// wherever it is mentioned: types that are made of each other over and over would take megabytes.
pub const WIT_TYPES: u64 = 64 * 1024;

/// How many values a function may take and give that an adapter has code for. The validator lets a list of a fixed length have a
/// billion, of each of which the Canonical ABI says where it lies.
pub const VALUES: u64 = 1 << 16;

/// How many handles a function may take and give that an adapter has code for. For each there is code, and often a local: a
/// function of a core module has at most 7,654,321 bytes and 50,000 locals.
pub const HANDLES: u64 = 1 << 13;

/// How many times as much as one function all functions together may take and give that an adapter has code for. What WASI has is
/// less than one would be allowed alone.
pub const FUNCTIONS: u64 = 16;

/// How many functions and types a component may import in all of which grants take something away: an adapter knows each of them by name
/// many times. All of WASI has some 700.
pub const ADAPTED: usize = 10_000;

/// How many bytes the files may have in total that are embedded for one component.
///
/// All of it lies in the memory of each instance, whose addresses have 32 bits and which hosts rarely let grow that far: a
/// gigabyte has room for this, for what describes it, and for as much again as a program writes.
pub const EMBEDDED_BYTES: u64 = 768 * 1024 * 1024;

/// How many files, directories and links may be embedded for one component. Each takes a description in its memory, and
/// following links can make a few of them into more than any machine has.
pub const EMBEDDED_ENTRIES: usize = 100_000;

/// How deep directories may be nested in one that is embedded. What reads them recurses once a level.
pub const TREE_DEPTH: usize = 100;

/// How long a name in a tree may be, in bytes. That of every common file system; C programs have buffers of this.
pub const TREE_NAME: usize = 255;

/// How long a path in a tree may be, in bytes. That of Linux, and of the C library of WASI.
pub const TREE_PATH: usize = 4096;

/// How many links one path may go through. That of Linux.
pub const LINKS: usize = 40;

/// How many adapters of a component are generated again to compare them, where a policy is checked. Each takes some
/// milliseconds; a composition has a handful.
pub const GENERATED_AGAIN: usize = 64;
