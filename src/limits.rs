//! All limits that weld imposes on its input, each with the reason.
//!
//! If the validator of the Component Model has the same limit, it is repeated here so that the message can name the
//! composition in place of a byte offset.

/// The size of a file that is read as a component, in bytes.
///
/// A core module has at most 1 GiB, and the binary format has sizes of 32 bits, so that no component is larger.
pub(crate) const INPUT_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// The size of a custom section `weld` that is read, in bytes.
///
/// The section is untrusted. A thousand components with as many grants take some hundred kilobytes.
pub(crate) const PROVENANCE_BYTES: usize = 16 * 1024 * 1024;

/// The nesting depth of components.
///
/// Printers and other tools recurse once for each level. A composition of a composition has two levels, real tools emit
/// fewer than ten, and a thread's stack of 1 MiB suffices for a hundred.
pub(crate) const COMPONENT_DEPTH: usize = 100;

/// The nesting depth of component types and instance types.
///
/// Readers recurse once for each level, and the validator's own limit applies only after reading.
pub(crate) const TYPE_DEPTH: usize = 100;

/// The number of items of all types in a component of `bytes` bytes: those of the types that it defines, of the
/// instances that it imports or exports, and of the components that it instantiates.
///
/// The validator needs up to a kilobyte for an item. A composition of a thousand components that import all of WASI has
/// two million items in twenty megabytes.
pub(crate) const fn type_items(bytes: usize) -> u64 {
    300_000 + bytes as u64 / 8
}

/// The total length of the names of all imported and exported items in a component of `bytes` bytes, and in the
/// components nested in it, in bytes. An item has all names that lead to it: two for an item of an interface, three for
/// one of an instance within an instance.
///
/// Each phase identifies an item by all of its names. The names of all of WASI have some hundred kilobytes.
pub(crate) const fn item_names(bytes: usize) -> u64 {
    8 * 1024 * 1024 + 4 * bytes as u64
}

/// The memory that [`item_names`] counts for each name besides its text, in bytes.
pub(crate) const ITEM_NAME: u64 = 32;

/// The number of instances in one component.
///
/// The validator refuses more. Imported instances, instantiations and aliases of exported instances all count.
pub(crate) const INSTANCES: usize = 1_000;

/// The number of instances in a composition, and of components in a description. Instances that exceed [`INSTANCES`]
/// are nested in groups.
pub(crate) const COMPOSED: usize = 20_000;

/// The number of imports of a component. Each is compared by name with those of other components. All of WASI has a
/// hundred, and the validator refuses more interfaces than [`INSTANCES`].
pub(crate) const IMPORTS: usize = 10_000;

/// The number of components in one component. The validator refuses more.
pub(crate) const COMPONENTS: usize = 1_000;

/// The nesting depth of brackets in a WAC document, whose parser recurses once for each.
pub(crate) const WAC_DEPTH: usize = 100;

/// The number of a further instance, such as `kv#1`. A composition has no more instances than this.
pub(crate) const INSTANCE_NUMBER: u32 = COMPOSED as u32;

/// The number of imports and types that a WAC document declares. Each import is resolved with all types before it.
pub(crate) const WAC_DECLARATIONS: usize = 200;

/// The length of the name by which an instance is known, in bytes. The name is repeated in the paths of all nested
/// instances. The names of interfaces, after which tools name instances, have a quarter of this length.
pub(crate) const FOLLOWED_NAME: usize = 256;

/// The number of unknown names for which suggestions are computed. Each is compared with all known names, and people
/// read only the first suggestions.
pub(crate) const SUGGESTED: usize = 100;

/// The number of instances that are followed in one component. Each instantiation of a component repeats those within
/// it, so that a few lines can require more instances than any memory holds. A composition of [`COMPOSED`] instances
/// also has groups.
pub(crate) const FOLLOWED_INSTANCES: usize = 25_000;

/// The number of nested components whose types the validator keeps for later questions. The types of each refer to
/// those of all before it. Types that were not kept are read again.
pub(crate) const TYPES_KEPT: usize = 64;

/// The number of levels of nested components whose types are read again if they were not kept. A group of instances is
/// one level, and its members are another.
pub(crate) const LEVELS_AGAIN: usize = 2;

/// The number of items that all followed instances of a component are given, those of inline instances included. A
/// thousand components that each import all of WASI have some fifty thousand.
pub(crate) const FOLLOWED_ITEMS: usize = 1_000_000;

/// The number of items that the check follows to their users in an output of `bytes` bytes. Each item is followed again
/// for each component with an adapter. A composition of a thousand components that import all of WASI has two million
/// in twenty megabytes.
pub(crate) const fn checked(bytes: usize) -> usize {
    1_000_000 + bytes / 8
}

/// The number of findings of one output. People read only the first ones, and a hostile output could have one for each
/// function of each instance.
pub(crate) const FINDINGS: usize = 1_000;

/// The number of wires of one component that are listed, those of inline instances included. Real compositions have
/// hundreds. A few inline instances that each contain the one before twice would exceed any memory.
pub(crate) const INSPECTED_WIRES: usize = 1_000_000;

/// The total number of steps between the instances of a component and the host items that they reach. Real compositions
/// have some thousands. A chain of [`FOLLOWED_INSTANCES`] would have a hundred million.
pub(crate) const WAYS: usize = 1_000_000;

/// The total length of the names on all paths that are explained, in bytes. The paths of a chain of a thousand
/// components take some megabytes. A few lines can lead to ten thousand paths of a hundred links.
pub(crate) const EXPLAINED: usize = 32 * 1024 * 1024;

/// The number of host items that the instances of a component reach, counted for each instance. A thousand components
/// that each reach half of WASI have some 150,000. Types that contain each other repeatedly would exceed any memory.
pub(crate) const REACHED: usize = 200_000;

/// The number of ports and wires of a picture. A page with more than these has more than a hundred megabytes.
pub(crate) const DRAWN: usize = 200_000;

/// The size of the text of types in a picture, in bytes.
pub(crate) const DRAWN_TEXT: usize = 16 * 1024 * 1024;

/// The number of lines of types that are listed for one nested component. A component that imports all of WASI has some
/// 500. Instance types that use each other would exceed any memory.
pub(crate) const SHOWN_LINES: usize = 5_000;

/// The number of lines of a world that WIT cannot express. The text is part of snapshots, so it is never truncated: a
/// world with more lines has no snapshot.
pub(crate) const WORLD_LINES: usize = 200_000;

/// The length of a type without a name, in bytes, up to which it is printed inline wherever it occurs. The longest ones
/// of WASI have some fifty bytes.
pub(crate) const INNER_TYPE: usize = 200;

/// The number of lines of an interface within another one, up to which it is printed inline.
pub(crate) const INNER_LINES: usize = 20;

/// The length of a type without a name in a message, in bytes. A longer one is replaced with `…`.
pub(crate) const MESSAGE_TYPE: usize = 1_000;

/// The total length of all types of a world that have no name and are longer than [`INNER_TYPE`], in bytes, up to which
/// it is printed as WIT. WIT repeats such a type wherever it occurs, which can take megabytes.
pub(crate) const WIT_TYPES: u64 = 64 * 1024;

/// The number of values that a function takes and returns, for which an adapter can have code. The validator allows a
/// list of a fixed length to have a billion elements, and the Canonical ABI flattens or lays out each of them.
pub(crate) const VALUES: u64 = 1 << 16;

/// The number of handles that a function takes and returns, for which an adapter can have code. Each handle needs code,
/// and often a local. A core function has at most 7,654,321 bytes and 50,000 locals.
pub(crate) const HANDLES: u64 = 1 << 13;

/// The factor by which all functions of an adapter together may exceed [`VALUES`] and [`HANDLES`]. All functions of
/// WASI together stay below the limits for a single one.
pub(crate) const FUNCTIONS: u64 = 16;

/// The number of imported functions and types of a component that has an adapter. The adapter contains each name many
/// times. All of WASI has some 700.
pub(crate) const ADAPTED: usize = 10_000;

/// The total size of the files that are embedded for one component, in bytes.
///
/// The files are in the memory of each instance. Its addresses have 32 bits, and hosts rarely allow it to grow that
/// far. A gigabyte has room for the files, for their descriptions, and for as many bytes again that a program writes.
pub(crate) const EMBEDDED_BYTES: u64 = 768 * 1024 * 1024;

/// The number of files, directories and symlinks that are embedded for one component. Each has a description in memory,
/// and a few symlinks that are followed can multiply without bound.
pub(crate) const EMBEDDED_ENTRIES: usize = 100_000;

/// The nesting depth of an embedded directory, whose reader recurses once for each level.
pub(crate) const TREE_DEPTH: usize = 100;

/// The length of a name in an embedded tree, in bytes. Common file systems have this limit, and C programs have buffers
/// of this size.
pub(crate) const TREE_NAME: usize = 255;

/// The length of a path in an embedded tree, in bytes. Linux and the C library of WASI have this limit.
pub(crate) const TREE_PATH: usize = 4096;

/// The number of symlinks on one path. Linux has this limit.
pub(crate) const LINKS: usize = 40;

/// The number of adapters that are generated again for comparison in a check of a policy. Each takes some milliseconds,
/// and a composition has a handful.
pub(crate) const GENERATED_AGAIN: usize = 64;
