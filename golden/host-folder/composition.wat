(component $golden:host-folder
  (type (;0;)
    (instance
      (export (;0;) "error" (type (sub resource)))
    )
  )
  (import "wasi:io/error@0.2.12" (instance (;0;) (type 0)))
  (type (;1;)
    (instance
      (export (;0;) "pollable" (type (sub resource)))
      (type (;1;) (borrow 0))
      (type (;2;) (list 1))
      (type (;3;) (list u32))
      (type (;4;) (func (param "in" 2) (result 3)))
      (export (;0;) "poll" (func (type 4)))
    )
  )
  (import "wasi:io/poll@0.2.12" (instance (;1;) (type 1)))
  (alias export 0 "error" (type (;2;)))
  (alias export 1 "pollable" (type (;3;)))
  (type (;4;)
    (instance
      (alias outer $golden:host-folder 2 (type (;0;)))
      (export (;1;) "error" (type (eq 0)))
      (export (;2;) "output-stream" (type (sub resource)))
      (export (;3;) "input-stream" (type (sub resource)))
      (type (;4;) (own 1))
      (type (;5;) (variant (case "last-operation-failed" 4) (case "closed")))
      (export (;6;) "stream-error" (type (eq 5)))
      (alias outer $golden:host-folder 3 (type (;7;)))
      (export (;8;) "pollable" (type (eq 7)))
      (type (;9;) (borrow 3))
      (type (;10;) (list u8))
      (type (;11;) (result 10 (error 6)))
      (type (;12;) (func (param "self" 9) (param "len" u64) (result 11)))
      (export (;0;) "[method]input-stream.read" (func (type 12)))
      (export (;1;) "[method]input-stream.blocking-read" (func (type 12)))
      (type (;13;) (own 8))
      (type (;14;) (func (param "self" 9) (result 13)))
      (export (;2;) "[method]input-stream.subscribe" (func (type 14)))
      (type (;15;) (borrow 2))
      (type (;16;) (result u64 (error 6)))
      (type (;17;) (func (param "self" 15) (result 16)))
      (export (;3;) "[method]output-stream.check-write" (func (type 17)))
      (type (;18;) (result (error 6)))
      (type (;19;) (func (param "self" 15) (param "contents" 10) (result 18)))
      (export (;4;) "[method]output-stream.write" (func (type 19)))
      (export (;5;) "[method]output-stream.blocking-write-and-flush" (func (type 19)))
      (type (;20;) (func (param "self" 15) (result 18)))
      (export (;6;) "[method]output-stream.blocking-flush" (func (type 20)))
      (type (;21;) (func (param "self" 15) (result 13)))
      (export (;7;) "[method]output-stream.subscribe" (func (type 21)))
    )
  )
  (import "wasi:io/streams@0.2.12" (instance (;2;) (type 4)))
  (alias export 2 "output-stream" (type (;5;)))
  (type (;6;)
    (instance
      (alias outer $golden:host-folder 5 (type (;0;)))
      (export (;1;) "output-stream" (type (eq 0)))
      (type (;2;) (own 1))
      (type (;3;) (func (result 2)))
      (export (;0;) "get-stdout" (func (type 3)))
    )
  )
  (import "wasi:cli/stdout@0.2.12" (instance (;3;) (type 6)))
  (type (;7;)
    (instance
      (type (;0;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (export (;1;) "datetime" (type (eq 0)))
    )
  )
  (import "wasi:clocks/wall-clock@0.2.12" (instance (;4;) (type 7)))
  (alias export 2 "error" (type (;8;)))
  (alias export 4 "datetime" (type (;9;)))
  (alias export 2 "input-stream" (type (;10;)))
  (type (;11;)
    (instance
      (alias outer $golden:host-folder 8 (type (;0;)))
      (export (;1;) "error" (type (eq 0)))
      (type (;2;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
      (export (;3;) "error-code" (type (eq 2)))
      (export (;4;) "descriptor" (type (sub resource)))
      (type (;5;) (record (field "lower" u64) (field "upper" u64)))
      (export (;6;) "metadata-hash-value" (type (eq 5)))
      (export (;7;) "directory-entry-stream" (type (sub resource)))
      (type (;8;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
      (export (;9;) "descriptor-type" (type (eq 8)))
      (type (;10;) (record (field "type" 9) (field "name" string)))
      (export (;11;) "directory-entry" (type (eq 10)))
      (type (;12;) (flags "symlink-follow"))
      (export (;13;) "path-flags" (type (eq 12)))
      (type (;14;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
      (export (;15;) "descriptor-flags" (type (eq 14)))
      (type (;16;) u64)
      (export (;17;) "filesize" (type (eq 16)))
      (alias outer $golden:host-folder 5 (type (;18;)))
      (export (;19;) "output-stream" (type (eq 18)))
      (type (;20;) u64)
      (export (;21;) "link-count" (type (eq 20)))
      (alias outer $golden:host-folder 9 (type (;22;)))
      (export (;23;) "datetime" (type (eq 22)))
      (type (;24;) (option 23))
      (type (;25;) (record (field "type" 9) (field "link-count" 21) (field "size" 17) (field "data-access-timestamp" 24) (field "data-modification-timestamp" 24) (field "status-change-timestamp" 24)))
      (export (;26;) "descriptor-stat" (type (eq 25)))
      (type (;27;) (flags "create" "directory" "exclusive" "truncate"))
      (export (;28;) "open-flags" (type (eq 27)))
      (alias outer $golden:host-folder 10 (type (;29;)))
      (export (;30;) "input-stream" (type (eq 29)))
      (type (;31;) (borrow 4))
      (type (;32;) (own 30))
      (type (;33;) (result 32 (error 3)))
      (type (;34;) (func (param "self" 31) (param "offset" 17) (result 33)))
      (export (;0;) "[method]descriptor.read-via-stream" (func (type 34)))
      (type (;35;) (own 19))
      (type (;36;) (result 35 (error 3)))
      (type (;37;) (func (param "self" 31) (param "offset" 17) (result 36)))
      (export (;1;) "[method]descriptor.write-via-stream" (func (type 37)))
      (type (;38;) (func (param "self" 31) (result 36)))
      (export (;2;) "[method]descriptor.append-via-stream" (func (type 38)))
      (type (;39;) (result 15 (error 3)))
      (type (;40;) (func (param "self" 31) (result 39)))
      (export (;3;) "[method]descriptor.get-flags" (func (type 40)))
      (type (;41;) (result 9 (error 3)))
      (type (;42;) (func (param "self" 31) (result 41)))
      (export (;4;) "[method]descriptor.get-type" (func (type 42)))
      (type (;43;) (result (error 3)))
      (type (;44;) (func (param "self" 31) (param "size" 17) (result 43)))
      (export (;5;) "[method]descriptor.set-size" (func (type 44)))
      (type (;45;) (own 7))
      (type (;46;) (result 45 (error 3)))
      (type (;47;) (func (param "self" 31) (result 46)))
      (export (;6;) "[method]descriptor.read-directory" (func (type 47)))
      (type (;48;) (func (param "self" 31) (param "path" string) (result 43)))
      (export (;7;) "[method]descriptor.create-directory-at" (func (type 48)))
      (type (;49;) (result 26 (error 3)))
      (type (;50;) (func (param "self" 31) (result 49)))
      (export (;8;) "[method]descriptor.stat" (func (type 50)))
      (type (;51;) (func (param "self" 31) (param "path-flags" 13) (param "path" string) (result 49)))
      (export (;9;) "[method]descriptor.stat-at" (func (type 51)))
      (type (;52;) (func (param "self" 31) (param "old-path-flags" 13) (param "old-path" string) (param "new-descriptor" 31) (param "new-path" string) (result 43)))
      (export (;10;) "[method]descriptor.link-at" (func (type 52)))
      (type (;53;) (own 4))
      (type (;54;) (result 53 (error 3)))
      (type (;55;) (func (param "self" 31) (param "path-flags" 13) (param "path" string) (param "open-flags" 28) (param "flags" 15) (result 54)))
      (export (;11;) "[method]descriptor.open-at" (func (type 55)))
      (type (;56;) (result string (error 3)))
      (type (;57;) (func (param "self" 31) (param "path" string) (result 56)))
      (export (;12;) "[method]descriptor.readlink-at" (func (type 57)))
      (export (;13;) "[method]descriptor.remove-directory-at" (func (type 48)))
      (type (;58;) (func (param "self" 31) (param "old-path" string) (param "new-descriptor" 31) (param "new-path" string) (result 43)))
      (export (;14;) "[method]descriptor.rename-at" (func (type 58)))
      (export (;15;) "[method]descriptor.unlink-file-at" (func (type 48)))
      (type (;59;) (result 6 (error 3)))
      (type (;60;) (func (param "self" 31) (result 59)))
      (export (;16;) "[method]descriptor.metadata-hash" (func (type 60)))
      (type (;61;) (func (param "self" 31) (param "path-flags" 13) (param "path" string) (result 59)))
      (export (;17;) "[method]descriptor.metadata-hash-at" (func (type 61)))
      (type (;62;) (borrow 7))
      (type (;63;) (option 11))
      (type (;64;) (result 63 (error 3)))
      (type (;65;) (func (param "self" 62) (result 64)))
      (export (;18;) "[method]directory-entry-stream.read-directory-entry" (func (type 65)))
      (type (;66;) (borrow 1))
      (type (;67;) (option 3))
      (type (;68;) (func (param "err" 66) (result 67)))
      (export (;19;) "filesystem-error-code" (func (type 68)))
    )
  )
  (import "wasi:filesystem/types@0.2.12" (instance (;5;) (type 11)))
  (alias export 5 "descriptor" (type (;12;)))
  (type (;13;)
    (instance
      (alias outer $golden:host-folder 12 (type (;0;)))
      (export (;1;) "descriptor" (type (eq 0)))
      (type (;2;) (own 1))
      (type (;3;) (tuple 2 string))
      (type (;4;) (list 3))
      (type (;5;) (func (result 4)))
      (export (;0;) "get-directories" (func (type 5)))
    )
  )
  (import "wasi:filesystem/preopens@0.2.12" (instance (;6;) (type 13)))
  (component $command:adapter (;0;)
    (type (;0;)
      (instance
        (export (;0;) "error" (type (sub resource)))
      )
    )
    (import "wasi:io/error@0.2.12" (instance (;0;) (type 0)))
    (alias export 0 "error" (type (;1;)))
    (type (;2;)
      (instance
        (export (;0;) "pollable" (type (sub resource)))
        (type (;1;) (borrow 0))
        (type (;2;) (list 1))
        (type (;3;) (list u32))
        (type (;4;) (func (param "in" 2) (result 3)))
        (export (;0;) "poll" (func (type 4)))
      )
    )
    (import "wasi:io/poll@0.2.12" (instance (;1;) (type 2)))
    (alias export 1 "pollable" (type (;3;)))
    (alias export 1 "poll" (func (;0;)))
    (type (;4;)
      (instance
        (alias outer 1 1 (type (;0;)))
        (export (;1;) "error" (type (eq 0)))
        (export (;2;) "output-stream" (type (sub resource)))
        (export (;3;) "input-stream" (type (sub resource)))
        (type (;4;) (own 1))
        (type (;5;) (variant (case "last-operation-failed" 4) (case "closed")))
        (export (;6;) "stream-error" (type (eq 5)))
        (alias outer 1 3 (type (;7;)))
        (export (;8;) "pollable" (type (eq 7)))
        (type (;9;) (borrow 3))
        (type (;10;) (list u8))
        (type (;11;) (result 10 (error 6)))
        (type (;12;) (func (param "self" 9) (param "len" u64) (result 11)))
        (export (;0;) "[method]input-stream.read" (func (type 12)))
        (export (;1;) "[method]input-stream.blocking-read" (func (type 12)))
        (type (;13;) (own 8))
        (type (;14;) (func (param "self" 9) (result 13)))
        (export (;2;) "[method]input-stream.subscribe" (func (type 14)))
        (type (;15;) (borrow 2))
        (type (;16;) (result u64 (error 6)))
        (type (;17;) (func (param "self" 15) (result 16)))
        (export (;3;) "[method]output-stream.check-write" (func (type 17)))
        (type (;18;) (result (error 6)))
        (type (;19;) (func (param "self" 15) (param "contents" 10) (result 18)))
        (export (;4;) "[method]output-stream.write" (func (type 19)))
        (export (;5;) "[method]output-stream.blocking-write-and-flush" (func (type 19)))
        (type (;20;) (func (param "self" 15) (result 18)))
        (export (;6;) "[method]output-stream.blocking-flush" (func (type 20)))
        (type (;21;) (func (param "self" 15) (result 13)))
        (export (;7;) "[method]output-stream.subscribe" (func (type 21)))
      )
    )
    (import "wasi:io/streams@0.2.12" (instance (;2;) (type 4)))
    (alias export 2 "error" (type (;5;)))
    (alias export 2 "output-stream" (type (;6;)))
    (alias export 2 "input-stream" (type (;7;)))
    (alias export 2 "stream-error" (type (;8;)))
    (alias export 2 "pollable" (type (;9;)))
    (alias export 2 "[method]input-stream.read" (func (;1;)))
    (alias export 2 "[method]input-stream.blocking-read" (func (;2;)))
    (alias export 2 "[method]input-stream.subscribe" (func (;3;)))
    (alias export 2 "[method]output-stream.check-write" (func (;4;)))
    (alias export 2 "[method]output-stream.write" (func (;5;)))
    (alias export 2 "[method]output-stream.blocking-write-and-flush" (func (;6;)))
    (alias export 2 "[method]output-stream.blocking-flush" (func (;7;)))
    (alias export 2 "[method]output-stream.subscribe" (func (;8;)))
    (type (;10;)
      (instance
        (alias outer 1 6 (type (;0;)))
        (export (;1;) "output-stream" (type (eq 0)))
        (type (;2;) (own 1))
        (type (;3;) (func (result 2)))
        (export (;0;) "get-stdout" (func (type 3)))
      )
    )
    (import "wasi:cli/stdout@0.2.12" (instance (;3;) (type 10)))
    (alias export 3 "output-stream" (type (;11;)))
    (alias export 3 "get-stdout" (func (;9;)))
    (type (;12;)
      (instance
        (type (;0;) (record (field "seconds" u64) (field "nanoseconds" u32)))
        (export (;1;) "datetime" (type (eq 0)))
      )
    )
    (import "wasi:clocks/wall-clock@0.2.12" (instance (;4;) (type 12)))
    (alias export 4 "datetime" (type (;13;)))
    (type (;14;)
      (instance
        (alias outer 1 5 (type (;0;)))
        (export (;1;) "error" (type (eq 0)))
        (type (;2;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
        (export (;3;) "error-code" (type (eq 2)))
        (export (;4;) "descriptor" (type (sub resource)))
        (type (;5;) (record (field "lower" u64) (field "upper" u64)))
        (export (;6;) "metadata-hash-value" (type (eq 5)))
        (export (;7;) "directory-entry-stream" (type (sub resource)))
        (type (;8;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
        (export (;9;) "descriptor-type" (type (eq 8)))
        (type (;10;) (record (field "type" 9) (field "name" string)))
        (export (;11;) "directory-entry" (type (eq 10)))
        (type (;12;) (flags "symlink-follow"))
        (export (;13;) "path-flags" (type (eq 12)))
        (type (;14;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
        (export (;15;) "descriptor-flags" (type (eq 14)))
        (type (;16;) u64)
        (export (;17;) "filesize" (type (eq 16)))
        (alias outer 1 6 (type (;18;)))
        (export (;19;) "output-stream" (type (eq 18)))
        (type (;20;) u64)
        (export (;21;) "link-count" (type (eq 20)))
        (alias outer 1 13 (type (;22;)))
        (export (;23;) "datetime" (type (eq 22)))
        (type (;24;) (option 23))
        (type (;25;) (record (field "type" 9) (field "link-count" 21) (field "size" 17) (field "data-access-timestamp" 24) (field "data-modification-timestamp" 24) (field "status-change-timestamp" 24)))
        (export (;26;) "descriptor-stat" (type (eq 25)))
        (type (;27;) (flags "create" "directory" "exclusive" "truncate"))
        (export (;28;) "open-flags" (type (eq 27)))
        (alias outer 1 7 (type (;29;)))
        (export (;30;) "input-stream" (type (eq 29)))
        (type (;31;) (borrow 4))
        (type (;32;) (own 30))
        (type (;33;) (result 32 (error 3)))
        (type (;34;) (func (param "self" 31) (param "offset" 17) (result 33)))
        (export (;0;) "[method]descriptor.read-via-stream" (func (type 34)))
        (type (;35;) (own 19))
        (type (;36;) (result 35 (error 3)))
        (type (;37;) (func (param "self" 31) (param "offset" 17) (result 36)))
        (export (;1;) "[method]descriptor.write-via-stream" (func (type 37)))
        (type (;38;) (func (param "self" 31) (result 36)))
        (export (;2;) "[method]descriptor.append-via-stream" (func (type 38)))
        (type (;39;) (result 15 (error 3)))
        (type (;40;) (func (param "self" 31) (result 39)))
        (export (;3;) "[method]descriptor.get-flags" (func (type 40)))
        (type (;41;) (result 9 (error 3)))
        (type (;42;) (func (param "self" 31) (result 41)))
        (export (;4;) "[method]descriptor.get-type" (func (type 42)))
        (type (;43;) (result (error 3)))
        (type (;44;) (func (param "self" 31) (param "size" 17) (result 43)))
        (export (;5;) "[method]descriptor.set-size" (func (type 44)))
        (type (;45;) (own 7))
        (type (;46;) (result 45 (error 3)))
        (type (;47;) (func (param "self" 31) (result 46)))
        (export (;6;) "[method]descriptor.read-directory" (func (type 47)))
        (type (;48;) (func (param "self" 31) (param "path" string) (result 43)))
        (export (;7;) "[method]descriptor.create-directory-at" (func (type 48)))
        (type (;49;) (result 26 (error 3)))
        (type (;50;) (func (param "self" 31) (result 49)))
        (export (;8;) "[method]descriptor.stat" (func (type 50)))
        (type (;51;) (func (param "self" 31) (param "path-flags" 13) (param "path" string) (result 49)))
        (export (;9;) "[method]descriptor.stat-at" (func (type 51)))
        (type (;52;) (func (param "self" 31) (param "old-path-flags" 13) (param "old-path" string) (param "new-descriptor" 31) (param "new-path" string) (result 43)))
        (export (;10;) "[method]descriptor.link-at" (func (type 52)))
        (type (;53;) (own 4))
        (type (;54;) (result 53 (error 3)))
        (type (;55;) (func (param "self" 31) (param "path-flags" 13) (param "path" string) (param "open-flags" 28) (param "flags" 15) (result 54)))
        (export (;11;) "[method]descriptor.open-at" (func (type 55)))
        (type (;56;) (result string (error 3)))
        (type (;57;) (func (param "self" 31) (param "path" string) (result 56)))
        (export (;12;) "[method]descriptor.readlink-at" (func (type 57)))
        (export (;13;) "[method]descriptor.remove-directory-at" (func (type 48)))
        (type (;58;) (func (param "self" 31) (param "old-path" string) (param "new-descriptor" 31) (param "new-path" string) (result 43)))
        (export (;14;) "[method]descriptor.rename-at" (func (type 58)))
        (export (;15;) "[method]descriptor.unlink-file-at" (func (type 48)))
        (type (;59;) (result 6 (error 3)))
        (type (;60;) (func (param "self" 31) (result 59)))
        (export (;16;) "[method]descriptor.metadata-hash" (func (type 60)))
        (type (;61;) (func (param "self" 31) (param "path-flags" 13) (param "path" string) (result 59)))
        (export (;17;) "[method]descriptor.metadata-hash-at" (func (type 61)))
        (type (;62;) (borrow 7))
        (type (;63;) (option 11))
        (type (;64;) (result 63 (error 3)))
        (type (;65;) (func (param "self" 62) (result 64)))
        (export (;18;) "[method]directory-entry-stream.read-directory-entry" (func (type 65)))
        (type (;66;) (borrow 1))
        (type (;67;) (option 3))
        (type (;68;) (func (param "err" 66) (result 67)))
        (export (;19;) "filesystem-error-code" (func (type 68)))
      )
    )
    (import "wasi:filesystem/types@0.2.12" (instance (;5;) (type 14)))
    (alias export 5 "error" (type (;15;)))
    (alias export 5 "error-code" (type (;16;)))
    (alias export 5 "descriptor" (type (;17;)))
    (alias export 5 "metadata-hash-value" (type (;18;)))
    (alias export 5 "directory-entry-stream" (type (;19;)))
    (alias export 5 "descriptor-type" (type (;20;)))
    (alias export 5 "directory-entry" (type (;21;)))
    (alias export 5 "path-flags" (type (;22;)))
    (alias export 5 "descriptor-flags" (type (;23;)))
    (alias export 5 "filesize" (type (;24;)))
    (alias export 5 "output-stream" (type (;25;)))
    (alias export 5 "link-count" (type (;26;)))
    (alias export 5 "datetime" (type (;27;)))
    (alias export 5 "descriptor-stat" (type (;28;)))
    (alias export 5 "open-flags" (type (;29;)))
    (alias export 5 "input-stream" (type (;30;)))
    (alias export 5 "[method]descriptor.read-via-stream" (func (;10;)))
    (alias export 5 "[method]descriptor.write-via-stream" (func (;11;)))
    (alias export 5 "[method]descriptor.append-via-stream" (func (;12;)))
    (alias export 5 "[method]descriptor.get-flags" (func (;13;)))
    (alias export 5 "[method]descriptor.get-type" (func (;14;)))
    (alias export 5 "[method]descriptor.set-size" (func (;15;)))
    (alias export 5 "[method]descriptor.read-directory" (func (;16;)))
    (alias export 5 "[method]descriptor.create-directory-at" (func (;17;)))
    (alias export 5 "[method]descriptor.stat" (func (;18;)))
    (alias export 5 "[method]descriptor.stat-at" (func (;19;)))
    (alias export 5 "[method]descriptor.link-at" (func (;20;)))
    (alias export 5 "[method]descriptor.open-at" (func (;21;)))
    (alias export 5 "[method]descriptor.readlink-at" (func (;22;)))
    (alias export 5 "[method]descriptor.remove-directory-at" (func (;23;)))
    (alias export 5 "[method]descriptor.rename-at" (func (;24;)))
    (alias export 5 "[method]descriptor.unlink-file-at" (func (;25;)))
    (alias export 5 "[method]descriptor.metadata-hash" (func (;26;)))
    (alias export 5 "[method]descriptor.metadata-hash-at" (func (;27;)))
    (alias export 5 "[method]directory-entry-stream.read-directory-entry" (func (;28;)))
    (alias export 5 "filesystem-error-code" (func (;29;)))
    (type (;31;)
      (instance
        (alias outer 1 17 (type (;0;)))
        (export (;1;) "descriptor" (type (eq 0)))
        (type (;2;) (own 1))
        (type (;3;) (tuple 2 string))
        (type (;4;) (list 3))
        (type (;5;) (func (result 4)))
        (export (;0;) "get-directories" (func (type 5)))
      )
    )
    (import "wasi:filesystem/preopens@0.2.12" (instance (;6;) (type 31)))
    (alias export 6 "descriptor" (type (;32;)))
    (alias export 6 "get-directories" (func (;30;)))
    (core module (;0;)
      (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
      (type (;1;) (func (result i32)))
      (memory (;0;) 1)
      (global (;0;) (mut i32) i32.const 18624)
      (global (;1;) (mut i32) i32.const 0)
      (global (;2;) (mut i32) i32.const 18624)
      (global (;3;) (mut i32) i32.const 65536)
      (export "m" (memory 0))
      (export "n" (global 0))
      (export "v" (global 1))
      (export "f" (global 2))
      (export "r" (func 0))
      (export "s" (func 1))
      (func (;0;) (type 0) (param i32 i32 i32 i32) (result i32)
        (local i32 i32 i64)
        global.get 0
        local.get 2
        i32.add
        i32.const 1
        i32.sub
        i32.const 0
        local.get 2
        i32.sub
        i32.and
        local.set 4
        local.get 4
        i64.extend_i32_u
        local.get 3
        i64.extend_i32_u
        i64.add
        local.tee 6
        global.get 3
        i64.extend_i32_u
        i64.gt_u
        if ;; label = @1
          local.get 6
          global.get 2
          i64.extend_i32_u
          i64.sub
          i64.const 65535
          i64.add
          i64.const 16
          i64.shr_u
          i32.wrap_i64
          local.tee 5
          memory.grow
          local.tee 4
          i32.const -1
          i32.eq
          if ;; label = @2
            unreachable
          end
          local.get 4
          i32.const 16
          i32.shl
          local.tee 4
          global.get 3
          i32.eq
          if ;; label = @2
            global.get 0
            local.get 2
            i32.add
            i32.const 1
            i32.sub
            i32.const 0
            local.get 2
            i32.sub
            i32.and
            local.set 4
          else
            local.get 4
            global.set 2
            local.get 4
            global.set 3
          end
          global.get 3
          local.get 5
          i32.const 16
          i32.shl
          i32.add
          global.set 3
        end
        local.get 4
        local.get 0
        local.get 1
        local.get 3
        local.get 1
        local.get 3
        i32.lt_u
        select
        memory.copy
        local.get 4
        i64.extend_i32_u
        local.get 3
        i64.extend_i32_u
        i64.add
        i32.wrap_i64
        global.set 0
        local.get 4
      )
      (func (;1;) (type 1) (result i32)
        i32.const 18040
      )
      (data (;0;) (i32.const 17984) "/data/srv/data\00\00\00\00\00\00\00\00\00\00@F\00\00\05\00\00\00\03\00\00\00\00\00\00\00\00\00\00\00EF\00\00\09\00\00\00\00\00\00\00\fc\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00PF\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00")
    )
    (core instance (;0;) (instantiate 0))
    (alias core export 0 "m" (core memory (;0;)))
    (alias core export 0 "r" (core func (;0;)))
    (alias core export 0 "n" (core global (;0;)))
    (alias core export 0 "v" (core global (;1;)))
    (alias core export 0 "f" (core global (;2;)))
    (core module (;1;)
    ) ;; 16749 lines
    (core func (;1;) (canon lower (func 30) (memory 0) (realloc 0)))
    (core func (;2;) (canon lower (func 21) (memory 0) (realloc 0)))
    (core func (;3;) (canon resource.drop 17))
    (core func (;4;) (canon resource.drop 19))
    (core func (;5;) (canon lower (func 12) (memory 0) (realloc 0)))
    (core func (;6;) (canon lower (func 17) (memory 0) (realloc 0)))
    (core func (;7;) (canon lower (func 13) (memory 0) (realloc 0)))
    (core func (;8;) (canon lower (func 14) (memory 0) (realloc 0)))
    (core func (;9;) (canon lower (func 20) (memory 0) (realloc 0)))
    (core func (;10;) (canon lower (func 26) (memory 0) (realloc 0)))
    (core func (;11;) (canon lower (func 27) (memory 0) (realloc 0)))
    (core func (;12;) (canon lower (func 16) (memory 0) (realloc 0)))
    (core func (;13;) (canon lower (func 10) (memory 0) (realloc 0)))
    (core func (;14;) (canon lower (func 22) (memory 0) (realloc 0)))
    (core func (;15;) (canon lower (func 23) (memory 0) (realloc 0)))
    (core func (;16;) (canon lower (func 24) (memory 0) (realloc 0)))
    (core func (;17;) (canon lower (func 15) (memory 0) (realloc 0)))
    (core func (;18;) (canon lower (func 18) (memory 0) (realloc 0)))
    (core func (;19;) (canon lower (func 19) (memory 0) (realloc 0)))
    (core func (;20;) (canon lower (func 25) (memory 0) (realloc 0)))
    (core func (;21;) (canon lower (func 11) (memory 0) (realloc 0)))
    (core func (;22;) (canon lower (func 28) (memory 0) (realloc 0)))
    (core func (;23;) (canon lower (func 29) (memory 0) (realloc 0)))
    (core func (;24;) (canon lower (func 0) (memory 0) (realloc 0)))
    (core func (;25;) (canon resource.drop 3))
    (core instance (;1;)
      (export "memory" (memory 0))
    )
    (alias core export 0 "s" (core func (;26;)))
    (core instance (;2;)
      (export "settings" (func 26))
    )
    (core instance (;3;)
      (export "0" (func 1))
      (export "1" (func 2))
      (export "2" (func 3))
      (export "3" (func 4))
      (export "4" (func 5))
      (export "5" (func 6))
      (export "6" (func 7))
      (export "7" (func 8))
      (export "8" (func 9))
      (export "9" (func 10))
      (export "10" (func 11))
      (export "11" (func 12))
      (export "12" (func 13))
      (export "13" (func 14))
      (export "14" (func 15))
      (export "15" (func 16))
      (export "16" (func 17))
      (export "17" (func 18))
      (export "18" (func 19))
      (export "19" (func 20))
      (export "20" (func 21))
      (export "21" (func 22))
      (export "22" (func 23))
      (export "23" (func 24))
      (export "24" (func 25))
    )
    (core instance (;4;) (instantiate 1
        (with "env" (instance 1))
        (with "weld" (instance 2))
        (with "host" (instance 3))
      )
    )
    (core func (;27;) (canon resource.drop 1))
    (alias core export 4 "23" (core func (;28;)))
    (core func (;29;) (canon resource.drop 3))
    (alias core export 4 "24" (core func (;30;)))
    (core func (;31;) (canon resource.drop 6))
    (alias core export 4 "27" (core func (;32;)))
    (core func (;33;) (canon resource.drop 7))
    (alias core export 4 "26" (core func (;34;)))
    (core func (;35;) (canon resource.drop 17))
    (alias core export 4 "1" (core func (;36;)))
    (core func (;37;) (canon resource.drop 19))
    (alias core export 4 "2" (core func (;38;)))
    (core module (;2;)
      (type (;0;) (func (param i32)))
      (import "i" "h0" (func (;0;) (type 0)))
      (import "i" "p0" (func (;1;) (type 0)))
      (import "i" "h1" (func (;2;) (type 0)))
      (import "i" "p1" (func (;3;) (type 0)))
      (import "i" "h2" (func (;4;) (type 0)))
      (import "i" "p2" (func (;5;) (type 0)))
      (import "i" "h3" (func (;6;) (type 0)))
      (import "i" "p3" (func (;7;) (type 0)))
      (import "i" "h4" (func (;8;) (type 0)))
      (import "i" "p4" (func (;9;) (type 0)))
      (import "i" "h5" (func (;10;) (type 0)))
      (import "i" "p5" (func (;11;) (type 0)))
      (import "i" "v" (global (;0;) (mut i32)))
      (export "0" (func 12))
      (export "1" (func 13))
      (export "2" (func 14))
      (export "3" (func 15))
      (export "4" (func 16))
      (export "5" (func 17))
      (func (;12;) (type 0) (param i32)
        global.get 0
        if ;; label = @1
          return
        end
        i32.const 22
        local.get 0
        i32.const 27
        i32.shr_u
        i32.shr_u
        i32.const 1
        i32.and
        i32.eqz
        if ;; label = @1
          unreachable
        end
        local.get 0
        i32.const 536870912
        i32.and
        if ;; label = @1
          local.get 0
          i32.const 536870913
          i32.sub
          i32.const 2
          i32.ge_u
          if ;; label = @2
            unreachable
          end
          return
        end
        local.get 0
        i32.const 268435456
        i32.and
        if ;; label = @1
          local.get 0
          call 1
          return
        end
        local.get 0
        i32.const 134217728
        i32.xor
        local.set 0
        local.get 0
        i32.const 1
        i32.sub
        i32.const 134217727
        i32.ge_u
        if ;; label = @1
          unreachable
        end
        local.get 0
        call 0
      )
      (func (;13;) (type 0) (param i32)
        global.get 0
        if ;; label = @1
          return
        end
        i32.const 22
        local.get 0
        i32.const 27
        i32.shr_u
        i32.shr_u
        i32.const 1
        i32.and
        i32.eqz
        if ;; label = @1
          unreachable
        end
        local.get 0
        i32.const 536870912
        i32.and
        if ;; label = @1
          local.get 0
          i32.const 536870913
          i32.sub
          i32.const 2
          i32.ge_u
          if ;; label = @2
            unreachable
          end
          return
        end
        local.get 0
        i32.const 268435456
        i32.and
        if ;; label = @1
          local.get 0
          call 3
          return
        end
        local.get 0
        i32.const 134217728
        i32.xor
        local.set 0
        local.get 0
        i32.const 1
        i32.sub
        i32.const 134217727
        i32.ge_u
        if ;; label = @1
          unreachable
        end
        local.get 0
        call 2
      )
      (func (;14;) (type 0) (param i32)
        global.get 0
        if ;; label = @1
          return
        end
        i32.const 22
        local.get 0
        i32.const 27
        i32.shr_u
        i32.shr_u
        i32.const 1
        i32.and
        i32.eqz
        if ;; label = @1
          unreachable
        end
        local.get 0
        i32.const 536870912
        i32.and
        if ;; label = @1
          local.get 0
          i32.const 536870913
          i32.sub
          i32.const 2
          i32.ge_u
          if ;; label = @2
            unreachable
          end
          return
        end
        local.get 0
        i32.const 268435456
        i32.and
        if ;; label = @1
          local.get 0
          call 5
          return
        end
        local.get 0
        i32.const 134217728
        i32.xor
        local.set 0
        local.get 0
        i32.const 1
        i32.sub
        i32.const 134217727
        i32.ge_u
        if ;; label = @1
          unreachable
        end
        local.get 0
        call 4
      )
      (func (;15;) (type 0) (param i32)
        global.get 0
        if ;; label = @1
          return
        end
        i32.const 22
        local.get 0
        i32.const 27
        i32.shr_u
        i32.shr_u
        i32.const 1
        i32.and
        i32.eqz
        if ;; label = @1
          unreachable
        end
        local.get 0
        i32.const 536870912
        i32.and
        if ;; label = @1
          local.get 0
          i32.const 536870913
          i32.sub
          i32.const 2
          i32.ge_u
          if ;; label = @2
            unreachable
          end
          return
        end
        local.get 0
        i32.const 268435456
        i32.and
        if ;; label = @1
          local.get 0
          call 7
          return
        end
        local.get 0
        i32.const 134217728
        i32.xor
        local.set 0
        local.get 0
        i32.const 1
        i32.sub
        i32.const 134217727
        i32.ge_u
        if ;; label = @1
          unreachable
        end
        local.get 0
        call 6
      )
      (func (;16;) (type 0) (param i32)
        global.get 0
        if ;; label = @1
          return
        end
        i32.const 22
        local.get 0
        i32.const 27
        i32.shr_u
        i32.shr_u
        i32.const 1
        i32.and
        i32.eqz
        if ;; label = @1
          unreachable
        end
        local.get 0
        i32.const 536870912
        i32.and
        if ;; label = @1
          local.get 0
          i32.const 536870913
          i32.sub
          i32.const 2
          i32.ge_u
          if ;; label = @2
            unreachable
          end
          return
        end
        local.get 0
        i32.const 268435456
        i32.and
        if ;; label = @1
          local.get 0
          call 9
          return
        end
        local.get 0
        i32.const 134217728
        i32.xor
        local.set 0
        local.get 0
        i32.const 1
        i32.sub
        i32.const 134217727
        i32.ge_u
        if ;; label = @1
          unreachable
        end
        local.get 0
        call 8
      )
      (func (;17;) (type 0) (param i32)
        global.get 0
        if ;; label = @1
          return
        end
        i32.const 22
        local.get 0
        i32.const 27
        i32.shr_u
        i32.shr_u
        i32.const 1
        i32.and
        i32.eqz
        if ;; label = @1
          unreachable
        end
        local.get 0
        i32.const 536870912
        i32.and
        if ;; label = @1
          local.get 0
          i32.const 536870913
          i32.sub
          i32.const 2
          i32.ge_u
          if ;; label = @2
            unreachable
          end
          return
        end
        local.get 0
        i32.const 268435456
        i32.and
        if ;; label = @1
          local.get 0
          call 11
          return
        end
        local.get 0
        i32.const 134217728
        i32.xor
        local.set 0
        local.get 0
        i32.const 1
        i32.sub
        i32.const 134217727
        i32.ge_u
        if ;; label = @1
          unreachable
        end
        local.get 0
        call 10
      )
    )
    (core instance (;5;)
      (export "h0" (func 27))
      (export "p0" (func 28))
      (export "h1" (func 29))
      (export "p1" (func 30))
      (export "h2" (func 31))
      (export "p2" (func 32))
      (export "h3" (func 33))
      (export "p3" (func 34))
      (export "h4" (func 35))
      (export "p4" (func 36))
      (export "h5" (func 37))
      (export "p5" (func 38))
      (export "v" (global 1))
    )
    (core instance (;6;) (instantiate 2
        (with "i" (instance 5))
      )
    )
    (alias core export 6 "0" (core func (;39;)))
    (type (;33;) (resource (rep i32) (dtor 39)))
    (alias core export 6 "1" (core func (;40;)))
    (type (;34;) (resource (rep i32) (dtor 40)))
    (alias core export 6 "2" (core func (;41;)))
    (type (;35;) (resource (rep i32) (dtor 41)))
    (alias core export 6 "3" (core func (;42;)))
    (type (;36;) (resource (rep i32) (dtor 42)))
    (type (;37;) (resource (rep i32)))
    (type (;38;) (resource (rep i32)))
    (alias core export 6 "4" (core func (;43;)))
    (type (;39;) (resource (rep i32) (dtor 43)))
    (alias core export 6 "5" (core func (;44;)))
    (type (;40;) (resource (rep i32) (dtor 44)))
    (alias core export 4 "25" (core func (;45;)))
    (core func (;46;) (canon lower (func 0) (memory 0) (realloc 0)))
    (alias core export 4 "29" (core func (;47;)))
    (core func (;48;) (canon resource.new 33))
    (core func (;49;) (canon lower (func 1) (memory 0) (realloc 0)))
    (alias core export 4 "28" (core func (;50;)))
    (core func (;51;) (canon lower (func 2) (memory 0) (realloc 0)))
    (core func (;52;) (canon resource.new 34))
    (alias core export 4 "30" (core func (;53;)))
    (core func (;54;) (canon lower (func 3) (memory 0) (realloc 0)))
    (alias core export 4 "33" (core func (;55;)))
    (core func (;56;) (canon lower (func 4) (memory 0) (realloc 0)))
    (alias core export 4 "35" (core func (;57;)))
    (core func (;58;) (canon lower (func 5) (memory 0) (realloc 0)))
    (alias core export 4 "32" (core func (;59;)))
    (core func (;60;) (canon lower (func 6) (memory 0) (realloc 0)))
    (alias core export 4 "31" (core func (;61;)))
    (core func (;62;) (canon lower (func 7) (memory 0) (realloc 0)))
    (alias core export 4 "34" (core func (;63;)))
    (core func (;64;) (canon lower (func 8) (memory 0) (realloc 0)))
    (core func (;65;) (canon resource.new 36))
    (core func (;66;) (canon lower (func 9) (memory 0) (realloc 0)))
    (core func (;67;) (canon resource.new 35))
    (alias core export 4 "12" (core func (;68;)))
    (core func (;69;) (canon lower (func 10) (memory 0) (realloc 0)))
    (alias core export 4 "20" (core func (;70;)))
    (core func (;71;) (canon lower (func 11) (memory 0) (realloc 0)))
    (alias core export 4 "3" (core func (;72;)))
    (core func (;73;) (canon lower (func 12) (memory 0) (realloc 0)))
    (alias core export 4 "5" (core func (;74;)))
    (core func (;75;) (canon lower (func 13) (memory 0) (realloc 0)))
    (alias core export 4 "6" (core func (;76;)))
    (core func (;77;) (canon lower (func 14) (memory 0) (realloc 0)))
    (alias core export 4 "16" (core func (;78;)))
    (core func (;79;) (canon lower (func 15) (memory 0) (realloc 0)))
    (alias core export 4 "11" (core func (;80;)))
    (core func (;81;) (canon resource.new 40))
    (core func (;82;) (canon lower (func 16) (memory 0) (realloc 0)))
    (alias core export 4 "4" (core func (;83;)))
    (core func (;84;) (canon lower (func 17) (memory 0) (realloc 0)))
    (alias core export 4 "17" (core func (;85;)))
    (core func (;86;) (canon lower (func 18) (memory 0) (realloc 0)))
    (alias core export 4 "18" (core func (;87;)))
    (core func (;88;) (canon lower (func 19) (memory 0) (realloc 0)))
    (alias core export 4 "7" (core func (;89;)))
    (core func (;90;) (canon lower (func 20) (memory 0) (realloc 0)))
    (alias core export 4 "10" (core func (;91;)))
    (core func (;92;) (canon resource.new 39))
    (core func (;93;) (canon lower (func 21) (memory 0) (realloc 0)))
    (alias core export 4 "13" (core func (;94;)))
    (core func (;95;) (canon lower (func 22) (memory 0) (realloc 0)))
    (alias core export 4 "14" (core func (;96;)))
    (core func (;97;) (canon lower (func 23) (memory 0) (realloc 0)))
    (alias core export 4 "15" (core func (;98;)))
    (core func (;99;) (canon lower (func 24) (memory 0) (realloc 0)))
    (alias core export 4 "19" (core func (;100;)))
    (core func (;101;) (canon lower (func 25) (memory 0) (realloc 0)))
    (alias core export 4 "8" (core func (;102;)))
    (core func (;103;) (canon lower (func 26) (memory 0) (realloc 0)))
    (alias core export 4 "9" (core func (;104;)))
    (core func (;105;) (canon lower (func 27) (memory 0) (realloc 0)))
    (alias core export 4 "21" (core func (;106;)))
    (core func (;107;) (canon lower (func 28) (memory 0) (realloc 0)))
    (alias core export 4 "22" (core func (;108;)))
    (core func (;109;) (canon lower (func 29) (memory 0) (realloc 0)))
    (alias core export 4 "0" (core func (;110;)))
    (core module (;3;)
    ) ;; 3185 lines
    (core instance (;7;)
      (export "0" (func 45))
      (export "1" (func 46))
      (export "2" (func 47))
      (export "3" (func 48))
      (export "4" (func 49))
      (export "5" (func 50))
      (export "6" (func 51))
      (export "7" (func 52))
      (export "8" (func 53))
      (export "9" (func 54))
      (export "10" (func 55))
      (export "11" (func 56))
      (export "12" (func 57))
      (export "13" (func 58))
      (export "14" (func 59))
      (export "15" (func 60))
      (export "16" (func 61))
      (export "17" (func 62))
      (export "18" (func 63))
      (export "19" (func 64))
      (export "20" (func 65))
      (export "21" (func 66))
      (export "22" (func 67))
      (export "23" (func 68))
      (export "24" (func 69))
      (export "25" (func 70))
      (export "26" (func 71))
      (export "27" (func 72))
      (export "28" (func 73))
      (export "29" (func 74))
      (export "30" (func 75))
      (export "31" (func 76))
      (export "32" (func 77))
      (export "33" (func 78))
      (export "34" (func 79))
      (export "35" (func 80))
      (export "36" (func 81))
      (export "37" (func 82))
      (export "38" (func 83))
      (export "39" (func 84))
      (export "40" (func 85))
      (export "41" (func 86))
      (export "42" (func 87))
      (export "43" (func 88))
      (export "44" (func 89))
      (export "45" (func 90))
      (export "46" (func 91))
      (export "47" (func 92))
      (export "48" (func 93))
      (export "49" (func 94))
      (export "50" (func 95))
      (export "51" (func 96))
      (export "52" (func 97))
      (export "53" (func 98))
      (export "54" (func 99))
      (export "55" (func 100))
      (export "56" (func 101))
      (export "57" (func 102))
      (export "58" (func 103))
      (export "59" (func 104))
      (export "60" (func 105))
      (export "61" (func 106))
      (export "62" (func 107))
      (export "63" (func 108))
      (export "64" (func 109))
      (export "65" (func 110))
      (export "m" (memory 0))
      (export "n" (global 0))
      (export "v" (global 1))
      (export "f" (global 2))
    )
    (core instance (;8;) (instantiate 3
        (with "i" (instance 7))
      )
    )
    (alias core export 8 "0" (core func (;111;)))
    (type (;41;) (tuple string string))
    (type (;42;) (list 41))
    (type (;43;) (func (result 42)))
    (func (;31;) (type 43) (canon lift (core func 111) (memory 0)))
    (type (;44;) (list string))
    (type (;45;) (func (result 44)))
    (func (;32;) (type 45) (canon lift (core func 111) (memory 0)))
    (alias core export 8 "1" (core func (;112;)))
    (type (;46;) (result))
    (type (;47;) (func (param "status" 46)))
    (func (;33;) (type 47) (canon lift (core func 112)))
    (alias core export 8 "2" (core func (;113;)))
    (type (;48;) (borrow 34))
    (type (;49;) (list 48))
    (type (;50;) (list u32))
    (type (;51;) (func (param "in" 49) (result 50)))
    (alias core export 8 "p" (core func (;114;)))
    (func (;34;) (type 51) (canon lift (core func 113) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "3" (core func (;115;)))
    (type (;52;) (borrow 36))
    (type (;53;) (list u8))
    (type (;54;) (own 33))
    (type (;55;) (variant (case "last-operation-failed" 54) (case "closed")))
    (type (;56;) (result 53 (error 55)))
    (type (;57;) (func (param "self" 52) (param "len" u64) (result 56)))
    (func (;35;) (type 57) (canon lift (core func 115) (memory 0) (post-return 114)))
    (alias core export 8 "4" (core func (;116;)))
    (func (;36;) (type 57) (canon lift (core func 116) (memory 0) (post-return 114)))
    (alias core export 8 "5" (core func (;117;)))
    (type (;58;) (own 34))
    (type (;59;) (func (param "self" 52) (result 58)))
    (func (;37;) (type 59) (canon lift (core func 117)))
    (alias core export 8 "6" (core func (;118;)))
    (type (;60;) (borrow 35))
    (type (;61;) (result u64 (error 55)))
    (type (;62;) (func (param "self" 60) (result 61)))
    (func (;38;) (type 62) (canon lift (core func 118) (memory 0) (post-return 114)))
    (alias core export 8 "7" (core func (;119;)))
    (type (;63;) (result (error 55)))
    (type (;64;) (func (param "self" 60) (param "contents" 53) (result 63)))
    (func (;39;) (type 64) (canon lift (core func 119) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "8" (core func (;120;)))
    (func (;40;) (type 64) (canon lift (core func 120) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "9" (core func (;121;)))
    (type (;65;) (func (param "self" 60) (result 63)))
    (func (;41;) (type 65) (canon lift (core func 121) (memory 0) (post-return 114)))
    (alias core export 8 "10" (core func (;122;)))
    (type (;66;) (func (param "self" 60) (result 58)))
    (func (;42;) (type 66) (canon lift (core func 122)))
    (alias core export 8 "11" (core func (;123;)))
    (type (;67;) (own 36))
    (type (;68;) (func (result 67)))
    (func (;43;) (type 68) (canon lift (core func 123)))
    (alias core export 8 "12" (core func (;124;)))
    (type (;69;) (own 35))
    (type (;70;) (func (result 69)))
    (func (;44;) (type 70) (canon lift (core func 124)))
    (alias core export 8 "13" (core func (;125;)))
    (type (;71;) (own 35))
    (type (;72;) (func (result 71)))
    (func (;45;) (type 72) (canon lift (core func 125)))
    (alias core export 8 "14" (core func (;126;)))
    (type (;73;) (own 37))
    (type (;74;) (option 73))
    (type (;75;) (func (result 74)))
    (func (;46;) (type 75) (canon lift (core func 126) (memory 0)))
    (type (;76;) (own 38))
    (type (;77;) (option 76))
    (type (;78;) (func (result 77)))
    (func (;47;) (type 78) (canon lift (core func 126) (memory 0)))
    (type (;79;) (own 38))
    (type (;80;) (option 79))
    (type (;81;) (func (result 80)))
    (func (;48;) (type 81) (canon lift (core func 126) (memory 0)))
    (alias core export 8 "15" (core func (;127;)))
    (type (;82;) u64)
    (type (;83;) (func (result 82)))
    (func (;49;) (type 83) (canon lift (core func 127)))
    (alias core export 8 "16" (core func (;128;)))
    (type (;84;) (own 34))
    (type (;85;) (func (param "when" 82) (result 84)))
    (func (;50;) (type 85) (canon lift (core func 128)))
    (type (;86;) u64)
    (type (;87;) (func (param "when" 86) (result 84)))
    (func (;51;) (type 87) (canon lift (core func 128)))
    (alias core export 8 "17" (core func (;129;)))
    (type (;88;) (func (result 13)))
    (func (;52;) (type 88) (canon lift (core func 129) (memory 0)))
    (alias core export 8 "18" (core func (;130;)))
    (type (;89;) (borrow 39))
    (type (;90;) (own 36))
    (type (;91;) (result 90 (error 16)))
    (type (;92;) (func (param "self" 89) (param "offset" 24) (result 91)))
    (func (;53;) (type 92) (canon lift (core func 130) (memory 0) (post-return 114)))
    (alias core export 8 "19" (core func (;131;)))
    (type (;93;) (own 35))
    (type (;94;) (result 93 (error 16)))
    (type (;95;) (func (param "self" 89) (param "offset" 24) (result 94)))
    (func (;54;) (type 95) (canon lift (core func 131) (memory 0) (post-return 114)))
    (alias core export 8 "20" (core func (;132;)))
    (type (;96;) (func (param "self" 89) (result 94)))
    (func (;55;) (type 96) (canon lift (core func 132) (memory 0) (post-return 114)))
    (alias core export 8 "21" (core func (;133;)))
    (type (;97;) (result 23 (error 16)))
    (type (;98;) (func (param "self" 89) (result 97)))
    (func (;56;) (type 98) (canon lift (core func 133) (memory 0) (post-return 114)))
    (alias core export 8 "22" (core func (;134;)))
    (type (;99;) (result 20 (error 16)))
    (type (;100;) (func (param "self" 89) (result 99)))
    (func (;57;) (type 100) (canon lift (core func 134) (memory 0) (post-return 114)))
    (alias core export 8 "23" (core func (;135;)))
    (type (;101;) (result (error 16)))
    (type (;102;) (func (param "self" 89) (param "size" 24) (result 101)))
    (func (;58;) (type 102) (canon lift (core func 135) (memory 0) (post-return 114)))
    (alias core export 8 "24" (core func (;136;)))
    (type (;103;) (own 40))
    (type (;104;) (result 103 (error 16)))
    (type (;105;) (func (param "self" 89) (result 104)))
    (func (;59;) (type 105) (canon lift (core func 136) (memory 0) (post-return 114)))
    (alias core export 8 "25" (core func (;137;)))
    (type (;106;) (func (param "self" 89) (param "path" string) (result 101)))
    (func (;60;) (type 106) (canon lift (core func 137) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "26" (core func (;138;)))
    (type (;107;) (result 28 (error 16)))
    (type (;108;) (func (param "self" 89) (result 107)))
    (func (;61;) (type 108) (canon lift (core func 138) (memory 0) (post-return 114)))
    (alias core export 8 "27" (core func (;139;)))
    (type (;109;) (func (param "self" 89) (param "path-flags" 22) (param "path" string) (result 107)))
    (func (;62;) (type 109) (canon lift (core func 139) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "28" (core func (;140;)))
    (type (;110;) (func (param "self" 89) (param "old-path-flags" 22) (param "old-path" string) (param "new-descriptor" 89) (param "new-path" string) (result 101)))
    (func (;63;) (type 110) (canon lift (core func 140) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "29" (core func (;141;)))
    (type (;111;) (own 39))
    (type (;112;) (result 111 (error 16)))
    (type (;113;) (func (param "self" 89) (param "path-flags" 22) (param "path" string) (param "open-flags" 29) (param "flags" 23) (result 112)))
    (func (;64;) (type 113) (canon lift (core func 141) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "30" (core func (;142;)))
    (type (;114;) (result string (error 16)))
    (type (;115;) (func (param "self" 89) (param "path" string) (result 114)))
    (func (;65;) (type 115) (canon lift (core func 142) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "31" (core func (;143;)))
    (func (;66;) (type 106) (canon lift (core func 143) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "32" (core func (;144;)))
    (type (;116;) (func (param "self" 89) (param "old-path" string) (param "new-descriptor" 89) (param "new-path" string) (result 101)))
    (func (;67;) (type 116) (canon lift (core func 144) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "33" (core func (;145;)))
    (func (;68;) (type 106) (canon lift (core func 145) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "34" (core func (;146;)))
    (type (;117;) (result 18 (error 16)))
    (type (;118;) (func (param "self" 89) (result 117)))
    (func (;69;) (type 118) (canon lift (core func 146) (memory 0) (post-return 114)))
    (alias core export 8 "35" (core func (;147;)))
    (type (;119;) (func (param "self" 89) (param "path-flags" 22) (param "path" string) (result 117)))
    (func (;70;) (type 119) (canon lift (core func 147) (memory 0) (realloc 0) (post-return 114)))
    (alias core export 8 "36" (core func (;148;)))
    (type (;120;) (borrow 40))
    (type (;121;) (option 21))
    (type (;122;) (result 121 (error 16)))
    (type (;123;) (func (param "self" 120) (result 122)))
    (func (;71;) (type 123) (canon lift (core func 148) (memory 0) (post-return 114)))
    (alias core export 8 "37" (core func (;149;)))
    (type (;124;) (borrow 33))
    (type (;125;) (option 16))
    (type (;126;) (func (param "err" 124) (result 125)))
    (func (;72;) (type 126) (canon lift (core func 149) (memory 0) (post-return 114)))
    (alias core export 8 "38" (core func (;150;)))
    (type (;127;) (own 39))
    (type (;128;) (tuple 127 string))
    (type (;129;) (list 128))
    (type (;130;) (func (result 129)))
    (func (;73;) (type 130) (canon lift (core func 150) (memory 0) (post-return 114)))
    (alias core export 8 "39" (core func (;151;)))
    (type (;131;) (list u8))
    (type (;132;) (func (param "len" u64) (result 131)))
    (func (;74;) (type 132) (canon lift (core func 151) (memory 0)))
    (component (;0;)
      (type (;0;) (tuple string string))
      (type (;1;) (list 0))
      (type (;2;) (func (result 1)))
      (import "f0" (func (;0;) (type 2)))
      (type (;3;) (tuple string string))
      (type (;4;) (list 3))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-environment" (func 0) (func (type 5)))
      (type (;6;) (list string))
      (type (;7;) (func (result 6)))
      (import "f1" (func (;2;) (type 7)))
      (type (;8;) (list string))
      (type (;9;) (func (result 8)))
      (export (;3;) "get-arguments" (func 2) (func (type 9)))
    )
    (instance (;7;) (instantiate 0
        (with "f0" (func 31))
        (with "f1" (func 32))
      )
    )
    (export (;8;) "wasi:cli/environment@0.2.12" (instance 7))
    (component (;1;)
      (type (;0;) (result))
      (type (;1;) (func (param "status" 0)))
      (import "f0" (func (;0;) (type 1)))
      (type (;2;) (result))
      (type (;3;) (func (param "status" 2)))
      (export (;1;) "exit" (func 0) (func (type 3)))
    )
    (instance (;9;) (instantiate 1
        (with "f0" (func 33))
      )
    )
    (export (;10;) "wasi:cli/exit@0.2.12" (instance 9))
    (component (;2;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "error" (type 0))
    )
    (instance (;11;) (instantiate 2
        (with "t0" (type 33))
      )
    )
    (export (;12;) "wasi:io/error@0.2.12" (instance 11))
    (alias export 12 "error" (type (;133;)))
    (component (;3;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "pollable" (type 0))
      (type (;2;) (borrow 0))
      (type (;3;) (list 2))
      (type (;4;) (list u32))
      (type (;5;) (func (param "in" 3) (result 4)))
      (import "f0" (func (;0;) (type 5)))
      (type (;6;) (borrow 1))
      (type (;7;) (list 6))
      (type (;8;) (list u32))
      (type (;9;) (func (param "in" 7) (result 8)))
      (export (;1;) "poll" (func 0) (func (type 9)))
    )
    (instance (;13;) (instantiate 3
        (with "t0" (type 34))
        (with "f0" (func 34))
      )
    )
    (export (;14;) "wasi:io/poll@0.2.12" (instance 13))
    (alias export 14 "pollable" (type (;134;)))
    (component (;4;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "error" (type 0))
      (import "t1" (type (;2;) (sub resource)))
      (export (;3;) "output-stream" (type 2))
      (import "t2" (type (;4;) (sub resource)))
      (export (;5;) "input-stream" (type 4))
      (type (;6;) (own 0))
      (type (;7;) (variant (case "last-operation-failed" 6) (case "closed")))
      (import "t3" (type (;8;) (eq 7)))
      (type (;9;) (own 1))
      (type (;10;) (variant (case "last-operation-failed" 9) (case "closed")))
      (export (;11;) "stream-error" (type 10))
      (import "t4" (type (;12;) (sub resource)))
      (export (;13;) "pollable" (type 12))
      (type (;14;) (borrow 4))
      (type (;15;) (list u8))
      (type (;16;) (result 15 (error 8)))
      (type (;17;) (func (param "self" 14) (param "len" u64) (result 16)))
      (import "f0" (func (;0;) (type 17)))
      (type (;18;) (borrow 5))
      (type (;19;) (list u8))
      (type (;20;) (result 19 (error 11)))
      (type (;21;) (func (param "self" 18) (param "len" u64) (result 20)))
      (export (;1;) "[method]input-stream.read" (func 0) (func (type 21)))
      (import "f1" (func (;2;) (type 17)))
      (export (;3;) "[method]input-stream.blocking-read" (func 2) (func (type 21)))
      (type (;22;) (own 12))
      (type (;23;) (func (param "self" 14) (result 22)))
      (import "f2" (func (;4;) (type 23)))
      (type (;24;) (own 13))
      (type (;25;) (func (param "self" 18) (result 24)))
      (export (;5;) "[method]input-stream.subscribe" (func 4) (func (type 25)))
      (type (;26;) (borrow 2))
      (type (;27;) (result u64 (error 8)))
      (type (;28;) (func (param "self" 26) (result 27)))
      (import "f3" (func (;6;) (type 28)))
      (type (;29;) (borrow 3))
      (type (;30;) (result u64 (error 11)))
      (type (;31;) (func (param "self" 29) (result 30)))
      (export (;7;) "[method]output-stream.check-write" (func 6) (func (type 31)))
      (type (;32;) (result (error 8)))
      (type (;33;) (func (param "self" 26) (param "contents" 15) (result 32)))
      (import "f4" (func (;8;) (type 33)))
      (type (;34;) (result (error 11)))
      (type (;35;) (func (param "self" 29) (param "contents" 19) (result 34)))
      (export (;9;) "[method]output-stream.write" (func 8) (func (type 35)))
      (import "f5" (func (;10;) (type 33)))
      (export (;11;) "[method]output-stream.blocking-write-and-flush" (func 10) (func (type 35)))
      (type (;36;) (func (param "self" 26) (result 32)))
      (import "f6" (func (;12;) (type 36)))
      (type (;37;) (func (param "self" 29) (result 34)))
      (export (;13;) "[method]output-stream.blocking-flush" (func 12) (func (type 37)))
      (type (;38;) (func (param "self" 26) (result 22)))
      (import "f7" (func (;14;) (type 38)))
      (type (;39;) (func (param "self" 29) (result 24)))
      (export (;15;) "[method]output-stream.subscribe" (func 14) (func (type 39)))
    )
    (instance (;15;) (instantiate 4
        (with "t0" (type 133))
        (with "t1" (type 35))
        (with "t2" (type 36))
        (with "t3" (type 55))
        (with "t4" (type 134))
        (with "f0" (func 35))
        (with "f1" (func 36))
        (with "f2" (func 37))
        (with "f3" (func 38))
        (with "f4" (func 39))
        (with "f5" (func 40))
        (with "f6" (func 41))
        (with "f7" (func 42))
      )
    )
    (export (;16;) "wasi:io/streams@0.2.12" (instance 15))
    (alias export 16 "output-stream" (type (;135;)))
    (alias export 16 "input-stream" (type (;136;)))
    (alias export 16 "stream-error" (type (;137;)))
    (component (;5;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "input-stream" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (func (result 2)))
      (import "f0" (func (;0;) (type 3)))
      (type (;4;) (own 1))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-stdin" (func 0) (func (type 5)))
    )
    (instance (;17;) (instantiate 5
        (with "t0" (type 136))
        (with "f0" (func 43))
      )
    )
    (export (;18;) "wasi:cli/stdin@0.2.12" (instance 17))
    (component (;6;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "output-stream" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (func (result 2)))
      (import "f0" (func (;0;) (type 3)))
      (type (;4;) (own 1))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-stdout" (func 0) (func (type 5)))
    )
    (instance (;19;) (instantiate 6
        (with "t0" (type 135))
        (with "f0" (func 44))
      )
    )
    (export (;20;) "wasi:cli/stdout@0.2.12" (instance 19))
    (component (;7;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "output-stream" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (func (result 2)))
      (import "f0" (func (;0;) (type 3)))
      (type (;4;) (own 1))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-stderr" (func 0) (func (type 5)))
    )
    (instance (;21;) (instantiate 7
        (with "t0" (type 135))
        (with "f0" (func 45))
      )
    )
    (export (;22;) "wasi:cli/stderr@0.2.12" (instance 21))
    (component (;8;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-input" (type 0))
    )
    (instance (;23;) (instantiate 8
        (with "t0" (type 37))
      )
    )
    (export (;24;) "wasi:cli/terminal-input@0.2.12" (instance 23))
    (alias export 24 "terminal-input" (type (;138;)))
    (component (;9;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-output" (type 0))
    )
    (instance (;25;) (instantiate 9
        (with "t0" (type 38))
      )
    )
    (export (;26;) "wasi:cli/terminal-output@0.2.12" (instance 25))
    (alias export 26 "terminal-output" (type (;139;)))
    (component (;10;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-input" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (option 2))
      (type (;4;) (func (result 3)))
      (import "f0" (func (;0;) (type 4)))
      (type (;5;) (own 1))
      (type (;6;) (option 5))
      (type (;7;) (func (result 6)))
      (export (;1;) "get-terminal-stdin" (func 0) (func (type 7)))
    )
    (instance (;27;) (instantiate 10
        (with "t0" (type 138))
        (with "f0" (func 46))
      )
    )
    (export (;28;) "wasi:cli/terminal-stdin@0.2.12" (instance 27))
    (component (;11;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-output" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (option 2))
      (type (;4;) (func (result 3)))
      (import "f0" (func (;0;) (type 4)))
      (type (;5;) (own 1))
      (type (;6;) (option 5))
      (type (;7;) (func (result 6)))
      (export (;1;) "get-terminal-stdout" (func 0) (func (type 7)))
    )
    (instance (;29;) (instantiate 11
        (with "t0" (type 139))
        (with "f0" (func 47))
      )
    )
    (export (;30;) "wasi:cli/terminal-stdout@0.2.12" (instance 29))
    (component (;12;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-output" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (option 2))
      (type (;4;) (func (result 3)))
      (import "f0" (func (;0;) (type 4)))
      (type (;5;) (own 1))
      (type (;6;) (option 5))
      (type (;7;) (func (result 6)))
      (export (;1;) "get-terminal-stderr" (func 0) (func (type 7)))
    )
    (instance (;31;) (instantiate 12
        (with "t0" (type 139))
        (with "f0" (func 48))
      )
    )
    (export (;32;) "wasi:cli/terminal-stderr@0.2.12" (instance 31))
    (component (;13;)
      (type (;0;) u64)
      (import "t0" (type (;1;) (eq 0)))
      (type (;2;) u64)
      (export (;3;) "instant" (type 2))
      (type (;4;) u64)
      (import "t1" (type (;5;) (eq 4)))
      (type (;6;) u64)
      (export (;7;) "duration" (type 6))
      (import "t2" (type (;8;) (sub resource)))
      (export (;9;) "pollable" (type 8))
      (type (;10;) (func (result 1)))
      (import "f0" (func (;0;) (type 10)))
      (type (;11;) (func (result 3)))
      (export (;1;) "now" (func 0) (func (type 11)))
      (type (;12;) (own 8))
      (type (;13;) (func (param "when" 1) (result 12)))
      (import "f1" (func (;2;) (type 13)))
      (type (;14;) (own 9))
      (type (;15;) (func (param "when" 3) (result 14)))
      (export (;3;) "subscribe-instant" (func 2) (func (type 15)))
      (type (;16;) (func (param "when" 5) (result 12)))
      (import "f2" (func (;4;) (type 16)))
      (type (;17;) (func (param "when" 7) (result 14)))
      (export (;5;) "subscribe-duration" (func 4) (func (type 17)))
    )
    (instance (;33;) (instantiate 13
        (with "t0" (type 82))
        (with "t1" (type 86))
        (with "t2" (type 134))
        (with "f0" (func 49))
        (with "f1" (func 50))
        (with "f2" (func 51))
      )
    )
    (export (;34;) "wasi:clocks/monotonic-clock@0.2.12" (instance 33))
    (alias export 34 "instant" (type (;140;)))
    (alias export 34 "duration" (type (;141;)))
    (component (;14;)
      (type (;0;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (import "t0" (type (;1;) (eq 0)))
      (export (;2;) "datetime" (type 1))
      (type (;3;) (func (result 1)))
      (import "f0" (func (;0;) (type 3)))
      (type (;4;) (func (result 2)))
      (export (;1;) "now" (func 0) (func (type 4)))
    )
    (instance (;35;) (instantiate 14
        (with "t0" (type 13))
        (with "f0" (func 52))
      )
    )
    (export (;36;) "wasi:clocks/wall-clock@0.2.12" (instance 35))
    (alias export 36 "datetime" (type (;142;)))
    (component (;15;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "error" (type 0))
      (type (;2;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
      (import "t1" (type (;3;) (eq 2)))
      (export (;4;) "error-code" (type 3))
      (import "t2" (type (;5;) (sub resource)))
      (export (;6;) "descriptor" (type 5))
      (type (;7;) (record (field "lower" u64) (field "upper" u64)))
      (import "t3" (type (;8;) (eq 7)))
      (export (;9;) "metadata-hash-value" (type 8))
      (import "t4" (type (;10;) (sub resource)))
      (export (;11;) "directory-entry-stream" (type 10))
      (type (;12;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
      (import "t5" (type (;13;) (eq 12)))
      (export (;14;) "descriptor-type" (type 13))
      (type (;15;) (record (field "type" 13) (field "name" string)))
      (import "t6" (type (;16;) (eq 15)))
      (export (;17;) "directory-entry" (type 16))
      (type (;18;) (flags "symlink-follow"))
      (import "t7" (type (;19;) (eq 18)))
      (export (;20;) "path-flags" (type 19))
      (type (;21;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
      (import "t8" (type (;22;) (eq 21)))
      (export (;23;) "descriptor-flags" (type 22))
      (type (;24;) u64)
      (import "t9" (type (;25;) (eq 24)))
      (export (;26;) "filesize" (type 25))
      (import "t10" (type (;27;) (sub resource)))
      (export (;28;) "output-stream" (type 27))
      (type (;29;) u64)
      (import "t11" (type (;30;) (eq 29)))
      (export (;31;) "link-count" (type 30))
      (type (;32;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (import "t12" (type (;33;) (eq 32)))
      (export (;34;) "datetime" (type 33))
      (type (;35;) (option 33))
      (type (;36;) (record (field "type" 13) (field "link-count" 30) (field "size" 25) (field "data-access-timestamp" 35) (field "data-modification-timestamp" 35) (field "status-change-timestamp" 35)))
      (import "t13" (type (;37;) (eq 36)))
      (export (;38;) "descriptor-stat" (type 37))
      (type (;39;) (flags "create" "directory" "exclusive" "truncate"))
      (import "t14" (type (;40;) (eq 39)))
      (export (;41;) "open-flags" (type 40))
      (import "t15" (type (;42;) (sub resource)))
      (export (;43;) "input-stream" (type 42))
      (type (;44;) (borrow 5))
      (type (;45;) (own 42))
      (type (;46;) (result 45 (error 3)))
      (type (;47;) (func (param "self" 44) (param "offset" 25) (result 46)))
      (import "f0" (func (;0;) (type 47)))
      (type (;48;) (borrow 6))
      (type (;49;) (own 43))
      (type (;50;) (result 49 (error 4)))
      (type (;51;) (func (param "self" 48) (param "offset" 26) (result 50)))
      (export (;1;) "[method]descriptor.read-via-stream" (func 0) (func (type 51)))
      (type (;52;) (own 27))
      (type (;53;) (result 52 (error 3)))
      (type (;54;) (func (param "self" 44) (param "offset" 25) (result 53)))
      (import "f1" (func (;2;) (type 54)))
      (type (;55;) (own 28))
      (type (;56;) (result 55 (error 4)))
      (type (;57;) (func (param "self" 48) (param "offset" 26) (result 56)))
      (export (;3;) "[method]descriptor.write-via-stream" (func 2) (func (type 57)))
      (type (;58;) (func (param "self" 44) (result 53)))
      (import "f2" (func (;4;) (type 58)))
      (type (;59;) (func (param "self" 48) (result 56)))
      (export (;5;) "[method]descriptor.append-via-stream" (func 4) (func (type 59)))
      (type (;60;) (result 22 (error 3)))
      (type (;61;) (func (param "self" 44) (result 60)))
      (import "f3" (func (;6;) (type 61)))
      (type (;62;) (result 23 (error 4)))
      (type (;63;) (func (param "self" 48) (result 62)))
      (export (;7;) "[method]descriptor.get-flags" (func 6) (func (type 63)))
      (type (;64;) (result 13 (error 3)))
      (type (;65;) (func (param "self" 44) (result 64)))
      (import "f4" (func (;8;) (type 65)))
      (type (;66;) (result 14 (error 4)))
      (type (;67;) (func (param "self" 48) (result 66)))
      (export (;9;) "[method]descriptor.get-type" (func 8) (func (type 67)))
      (type (;68;) (result (error 3)))
      (type (;69;) (func (param "self" 44) (param "size" 25) (result 68)))
      (import "f5" (func (;10;) (type 69)))
      (type (;70;) (result (error 4)))
      (type (;71;) (func (param "self" 48) (param "size" 26) (result 70)))
      (export (;11;) "[method]descriptor.set-size" (func 10) (func (type 71)))
      (type (;72;) (own 10))
      (type (;73;) (result 72 (error 3)))
      (type (;74;) (func (param "self" 44) (result 73)))
      (import "f6" (func (;12;) (type 74)))
      (type (;75;) (own 11))
      (type (;76;) (result 75 (error 4)))
      (type (;77;) (func (param "self" 48) (result 76)))
      (export (;13;) "[method]descriptor.read-directory" (func 12) (func (type 77)))
      (type (;78;) (func (param "self" 44) (param "path" string) (result 68)))
      (import "f7" (func (;14;) (type 78)))
      (type (;79;) (func (param "self" 48) (param "path" string) (result 70)))
      (export (;15;) "[method]descriptor.create-directory-at" (func 14) (func (type 79)))
      (type (;80;) (result 37 (error 3)))
      (type (;81;) (func (param "self" 44) (result 80)))
      (import "f8" (func (;16;) (type 81)))
      (type (;82;) (result 38 (error 4)))
      (type (;83;) (func (param "self" 48) (result 82)))
      (export (;17;) "[method]descriptor.stat" (func 16) (func (type 83)))
      (type (;84;) (func (param "self" 44) (param "path-flags" 19) (param "path" string) (result 80)))
      (import "f9" (func (;18;) (type 84)))
      (type (;85;) (func (param "self" 48) (param "path-flags" 20) (param "path" string) (result 82)))
      (export (;19;) "[method]descriptor.stat-at" (func 18) (func (type 85)))
      (type (;86;) (func (param "self" 44) (param "old-path-flags" 19) (param "old-path" string) (param "new-descriptor" 44) (param "new-path" string) (result 68)))
      (import "f10" (func (;20;) (type 86)))
      (type (;87;) (func (param "self" 48) (param "old-path-flags" 20) (param "old-path" string) (param "new-descriptor" 48) (param "new-path" string) (result 70)))
      (export (;21;) "[method]descriptor.link-at" (func 20) (func (type 87)))
      (type (;88;) (own 5))
      (type (;89;) (result 88 (error 3)))
      (type (;90;) (func (param "self" 44) (param "path-flags" 19) (param "path" string) (param "open-flags" 40) (param "flags" 22) (result 89)))
      (import "f11" (func (;22;) (type 90)))
      (type (;91;) (own 6))
      (type (;92;) (result 91 (error 4)))
      (type (;93;) (func (param "self" 48) (param "path-flags" 20) (param "path" string) (param "open-flags" 41) (param "flags" 23) (result 92)))
      (export (;23;) "[method]descriptor.open-at" (func 22) (func (type 93)))
      (type (;94;) (result string (error 3)))
      (type (;95;) (func (param "self" 44) (param "path" string) (result 94)))
      (import "f12" (func (;24;) (type 95)))
      (type (;96;) (result string (error 4)))
      (type (;97;) (func (param "self" 48) (param "path" string) (result 96)))
      (export (;25;) "[method]descriptor.readlink-at" (func 24) (func (type 97)))
      (import "f13" (func (;26;) (type 78)))
      (export (;27;) "[method]descriptor.remove-directory-at" (func 26) (func (type 79)))
      (type (;98;) (func (param "self" 44) (param "old-path" string) (param "new-descriptor" 44) (param "new-path" string) (result 68)))
      (import "f14" (func (;28;) (type 98)))
      (type (;99;) (func (param "self" 48) (param "old-path" string) (param "new-descriptor" 48) (param "new-path" string) (result 70)))
      (export (;29;) "[method]descriptor.rename-at" (func 28) (func (type 99)))
      (import "f15" (func (;30;) (type 78)))
      (export (;31;) "[method]descriptor.unlink-file-at" (func 30) (func (type 79)))
      (type (;100;) (result 8 (error 3)))
      (type (;101;) (func (param "self" 44) (result 100)))
      (import "f16" (func (;32;) (type 101)))
      (type (;102;) (result 9 (error 4)))
      (type (;103;) (func (param "self" 48) (result 102)))
      (export (;33;) "[method]descriptor.metadata-hash" (func 32) (func (type 103)))
      (type (;104;) (func (param "self" 44) (param "path-flags" 19) (param "path" string) (result 100)))
      (import "f17" (func (;34;) (type 104)))
      (type (;105;) (func (param "self" 48) (param "path-flags" 20) (param "path" string) (result 102)))
      (export (;35;) "[method]descriptor.metadata-hash-at" (func 34) (func (type 105)))
      (type (;106;) (borrow 10))
      (type (;107;) (option 16))
      (type (;108;) (result 107 (error 3)))
      (type (;109;) (func (param "self" 106) (result 108)))
      (import "f18" (func (;36;) (type 109)))
      (type (;110;) (borrow 11))
      (type (;111;) (option 17))
      (type (;112;) (result 111 (error 4)))
      (type (;113;) (func (param "self" 110) (result 112)))
      (export (;37;) "[method]directory-entry-stream.read-directory-entry" (func 36) (func (type 113)))
      (type (;114;) (borrow 0))
      (type (;115;) (option 3))
      (type (;116;) (func (param "err" 114) (result 115)))
      (import "f19" (func (;38;) (type 116)))
      (type (;117;) (borrow 1))
      (type (;118;) (option 4))
      (type (;119;) (func (param "err" 117) (result 118)))
      (export (;39;) "filesystem-error-code" (func 38) (func (type 119)))
    )
    (instance (;37;) (instantiate 15
        (with "t0" (type 133))
        (with "t1" (type 16))
        (with "t2" (type 39))
        (with "t3" (type 18))
        (with "t4" (type 40))
        (with "t5" (type 20))
        (with "t6" (type 21))
        (with "t7" (type 22))
        (with "t8" (type 23))
        (with "t9" (type 24))
        (with "t10" (type 135))
        (with "t11" (type 26))
        (with "t12" (type 27))
        (with "t13" (type 28))
        (with "t14" (type 29))
        (with "t15" (type 136))
        (with "f0" (func 53))
        (with "f1" (func 54))
        (with "f2" (func 55))
        (with "f3" (func 56))
        (with "f4" (func 57))
        (with "f5" (func 58))
        (with "f6" (func 59))
        (with "f7" (func 60))
        (with "f8" (func 61))
        (with "f9" (func 62))
        (with "f10" (func 63))
        (with "f11" (func 64))
        (with "f12" (func 65))
        (with "f13" (func 66))
        (with "f14" (func 67))
        (with "f15" (func 68))
        (with "f16" (func 69))
        (with "f17" (func 70))
        (with "f18" (func 71))
        (with "f19" (func 72))
      )
    )
    (export (;38;) "wasi:filesystem/types@0.2.12" (instance 37))
    (alias export 38 "error-code" (type (;143;)))
    (alias export 38 "descriptor" (type (;144;)))
    (alias export 38 "metadata-hash-value" (type (;145;)))
    (alias export 38 "directory-entry-stream" (type (;146;)))
    (alias export 38 "descriptor-type" (type (;147;)))
    (alias export 38 "directory-entry" (type (;148;)))
    (alias export 38 "path-flags" (type (;149;)))
    (alias export 38 "descriptor-flags" (type (;150;)))
    (alias export 38 "filesize" (type (;151;)))
    (alias export 38 "link-count" (type (;152;)))
    (alias export 38 "descriptor-stat" (type (;153;)))
    (alias export 38 "open-flags" (type (;154;)))
    (component (;16;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "descriptor" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (tuple 2 string))
      (type (;4;) (list 3))
      (type (;5;) (func (result 4)))
      (import "f0" (func (;0;) (type 5)))
      (type (;6;) (own 1))
      (type (;7;) (tuple 6 string))
      (type (;8;) (list 7))
      (type (;9;) (func (result 8)))
      (export (;1;) "get-directories" (func 0) (func (type 9)))
    )
    (instance (;39;) (instantiate 16
        (with "t0" (type 144))
        (with "f0" (func 73))
      )
    )
    (export (;40;) "wasi:filesystem/preopens@0.2.12" (instance 39))
    (component (;17;)
      (type (;0;) (list u8))
      (type (;1;) (func (param "len" u64) (result 0)))
      (import "f0" (func (;0;) (type 1)))
      (type (;2;) (list u8))
      (type (;3;) (func (param "len" u64) (result 2)))
      (export (;1;) "get-random-bytes" (func 0) (func (type 3)))
    )
    (instance (;41;) (instantiate 17
        (with "f0" (func 74))
      )
    )
    (export (;42;) "wasi:random/random@0.2.12" (instance 41))
  )
  (instance $command:adapter (;7;) (instantiate $command:adapter
      (with "wasi:io/error@0.2.12" (instance 0))
      (with "wasi:io/poll@0.2.12" (instance 1))
      (with "wasi:io/streams@0.2.12" (instance 2))
      (with "wasi:cli/stdout@0.2.12" (instance 3))
      (with "wasi:clocks/wall-clock@0.2.12" (instance 4))
      (with "wasi:filesystem/types@0.2.12" (instance 5))
      (with "wasi:filesystem/preopens@0.2.12" (instance 6))
    )
  )
  (component $command (;1;)
  ) ;; the 52914 lines of what was given
  (alias export $command:adapter "wasi:cli/environment@0.2.12" (instance (;8;)))
  (alias export $command:adapter "wasi:cli/exit@0.2.12" (instance (;9;)))
  (alias export $command:adapter "wasi:io/error@0.2.12" (instance (;10;)))
  (alias export $command:adapter "wasi:io/poll@0.2.12" (instance (;11;)))
  (alias export $command:adapter "wasi:io/streams@0.2.12" (instance (;12;)))
  (alias export $command:adapter "wasi:cli/stdin@0.2.12" (instance (;13;)))
  (alias export $command:adapter "wasi:cli/stdout@0.2.12" (instance (;14;)))
  (alias export $command:adapter "wasi:cli/stderr@0.2.12" (instance (;15;)))
  (alias export $command:adapter "wasi:cli/terminal-input@0.2.12" (instance (;16;)))
  (alias export $command:adapter "wasi:cli/terminal-output@0.2.12" (instance (;17;)))
  (alias export $command:adapter "wasi:cli/terminal-stdin@0.2.12" (instance (;18;)))
  (alias export $command:adapter "wasi:cli/terminal-stdout@0.2.12" (instance (;19;)))
  (alias export $command:adapter "wasi:cli/terminal-stderr@0.2.12" (instance (;20;)))
  (alias export $command:adapter "wasi:clocks/monotonic-clock@0.2.12" (instance (;21;)))
  (alias export $command:adapter "wasi:clocks/wall-clock@0.2.12" (instance (;22;)))
  (alias export $command:adapter "wasi:filesystem/types@0.2.12" (instance (;23;)))
  (alias export $command:adapter "wasi:filesystem/preopens@0.2.12" (instance (;24;)))
  (alias export $command:adapter "wasi:random/random@0.2.12" (instance (;25;)))
  (instance $command (;26;) (instantiate $command
      (with "wasi:cli/environment@0.2.12" (instance 8))
      (with "wasi:cli/exit@0.2.12" (instance 9))
      (with "wasi:io/error@0.2.12" (instance 10))
      (with "wasi:io/poll@0.2.12" (instance 11))
      (with "wasi:io/streams@0.2.12" (instance 12))
      (with "wasi:cli/stdin@0.2.12" (instance 13))
      (with "wasi:cli/stdout@0.2.12" (instance 14))
      (with "wasi:cli/stderr@0.2.12" (instance 15))
      (with "wasi:cli/terminal-input@0.2.12" (instance 16))
      (with "wasi:cli/terminal-output@0.2.12" (instance 17))
      (with "wasi:cli/terminal-stdin@0.2.12" (instance 18))
      (with "wasi:cli/terminal-stdout@0.2.12" (instance 19))
      (with "wasi:cli/terminal-stderr@0.2.12" (instance 20))
      (with "wasi:clocks/monotonic-clock@0.2.12" (instance 21))
      (with "wasi:clocks/wall-clock@0.2.12" (instance 22))
      (with "wasi:filesystem/types@0.2.12" (instance 23))
      (with "wasi:filesystem/preopens@0.2.12" (instance 24))
      (with "wasi:random/random@0.2.12" (instance 25))
    )
  )
  (alias export $command "wasi:cli/run@0.2.12" (instance (;27;)))
  (export (;28;) "wasi:cli/run@0.2.12" (instance 27))
  (@producers
    (processed-by "weld" "0.1.0")
  )
  (@custom "weld" "{\22version\22:1,\22weld\22:\220.1.0\22,\22components\22:[{\22name\22:\22command\22,\22sha256\22:\2251c7e9d2f6a6ce1108a91bfbca5128c10a67736cc89955fcece5b875ecb34658\22}],\22grants\22:[{\22component\22:\22command\22,\22grant\22:\22fs /data\22,\22value\22:\22host /srv/data read-only\22},{\22component\22:\22command\22,\22grant\22:\22stdout\22,\22value\22:\22allow\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/poll#poll\22,\22value\22:\22kept (pollable from wasi:io/streams#[method]input-stream.subscribe)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]input-stream.blocking-read\22,\22value\22:\22kept (input-stream from wasi:filesystem/types#[method]descriptor.read-via-stream)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]input-stream.read\22,\22value\22:\22kept (input-stream from wasi:filesystem/types#[method]descriptor.read-via-stream)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]input-stream.subscribe\22,\22value\22:\22kept (input-stream from wasi:filesystem/types#[method]descriptor.read-via-stream)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.blocking-flush\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.blocking-write-and-flush\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.check-write\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.subscribe\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.write\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22*\22,\22value\22:\22deny (traps: wasi:cli/exit#exit, wasi:random/random#get-random-bytes)\22}]}")
)
