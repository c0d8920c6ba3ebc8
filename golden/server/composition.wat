(component $golden:server
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
      (type (;2;) (func (param "self" 1)))
      (export (;0;) "[method]pollable.block" (func (type 2)))
    )
  )
  (import "wasi:io/poll@0.2.12" (instance (;1;) (type 1)))
  (alias export 0 "error" (type (;2;)))
  (type (;3;)
    (instance
      (export (;0;) "input-stream" (type (sub resource)))
      (alias outer $golden:server 2 (type (;1;)))
      (export (;2;) "error" (type (eq 1)))
      (type (;3;) (own 2))
      (type (;4;) (variant (case "last-operation-failed" 3) (case "closed")))
      (export (;5;) "stream-error" (type (eq 4)))
      (export (;6;) "output-stream" (type (sub resource)))
      (type (;7;) (borrow 0))
      (type (;8;) (list u8))
      (type (;9;) (result 8 (error 5)))
      (type (;10;) (func (param "self" 7) (param "len" u64) (result 9)))
      (export (;0;) "[method]input-stream.blocking-read" (func (type 10)))
      (type (;11;) (borrow 6))
      (type (;12;) (result (error 5)))
      (type (;13;) (func (param "self" 11) (param "contents" 8) (result 12)))
      (export (;1;) "[method]output-stream.blocking-write-and-flush" (func (type 13)))
    )
  )
  (import "wasi:io/streams@0.2.12" (instance (;2;) (type 3)))
  (alias export 2 "input-stream" (type (;4;)))
  (alias export 1 "pollable" (type (;5;)))
  (alias export 2 "output-stream" (type (;6;)))
  (type (;7;)
    (instance
      (export (;0;) "incoming-request" (type (sub resource)))
      (export (;1;) "incoming-body" (type (sub resource)))
      (alias outer $golden:server 4 (type (;2;)))
      (export (;3;) "input-stream" (type (eq 2)))
      (export (;4;) "fields" (type (sub resource)))
      (export (;5;) "headers" (type (eq 4)))
      (export (;6;) "outgoing-request" (type (sub resource)))
      (type (;7;) (variant (case "HTTP") (case "HTTPS") (case "other" string)))
      (export (;8;) "scheme" (type (eq 7)))
      (export (;9;) "future-incoming-response" (type (sub resource)))
      (alias outer $golden:server 5 (type (;10;)))
      (export (;11;) "pollable" (type (eq 10)))
      (export (;12;) "incoming-response" (type (sub resource)))
      (type (;13;) (option string))
      (type (;14;) (option u16))
      (type (;15;) (record (field "rcode" 13) (field "info-code" 14)))
      (export (;16;) "DNS-error-payload" (type (eq 15)))
      (type (;17;) (option u8))
      (type (;18;) (record (field "alert-id" 17) (field "alert-message" 13)))
      (export (;19;) "TLS-alert-received-payload" (type (eq 18)))
      (type (;20;) (option u32))
      (type (;21;) (record (field "field-name" 13) (field "field-size" 20)))
      (export (;22;) "field-size-payload" (type (eq 21)))
      (type (;23;) (option u64))
      (type (;24;) (option 22))
      (type (;25;) (variant (case "DNS-timeout") (case "DNS-error" 16) (case "destination-not-found") (case "destination-unavailable") (case "destination-IP-prohibited") (case "destination-IP-unroutable") (case "connection-refused") (case "connection-terminated") (case "connection-timeout") (case "connection-read-timeout") (case "connection-write-timeout") (case "connection-limit-reached") (case "TLS-protocol-error") (case "TLS-certificate-error") (case "TLS-alert-received" 19) (case "HTTP-request-denied") (case "HTTP-request-length-required") (case "HTTP-request-body-size" 23) (case "HTTP-request-method-invalid") (case "HTTP-request-URI-invalid") (case "HTTP-request-URI-too-long") (case "HTTP-request-header-section-size" 20) (case "HTTP-request-header-size" 24) (case "HTTP-request-trailer-section-size" 20) (case "HTTP-request-trailer-size" 22) (case "HTTP-response-incomplete") (case "HTTP-response-header-section-size" 20) (case "HTTP-response-header-size" 22) (case "HTTP-response-body-size" 23) (case "HTTP-response-trailer-section-size" 20) (case "HTTP-response-trailer-size" 22) (case "HTTP-response-transfer-coding" 13) (case "HTTP-response-content-coding" 13) (case "HTTP-response-timeout") (case "HTTP-upgrade-failed") (case "HTTP-protocol-error") (case "loop-detected") (case "configuration-error") (case "internal-error" 13)))
      (export (;26;) "error-code" (type (eq 25)))
      (type (;27;) u16)
      (export (;28;) "status-code" (type (eq 27)))
      (export (;29;) "outgoing-response" (type (sub resource)))
      (export (;30;) "outgoing-body" (type (sub resource)))
      (export (;31;) "response-outparam" (type (sub resource)))
      (alias outer $golden:server 6 (type (;32;)))
      (export (;33;) "output-stream" (type (eq 32)))
      (export (;34;) "trailers" (type (eq 4)))
      (export (;35;) "request-options" (type (sub resource)))
      (type (;36;) (own 4))
      (type (;37;) (func (result 36)))
      (export (;0;) "[constructor]fields" (func (type 37)))
      (type (;38;) (borrow 0))
      (type (;39;) (func (param "self" 38) (result 13)))
      (export (;1;) "[method]incoming-request.path-with-query" (func (type 39)))
      (type (;40;) (own 1))
      (type (;41;) (result 40))
      (type (;42;) (func (param "self" 38) (result 41)))
      (export (;2;) "[method]incoming-request.consume" (func (type 42)))
      (type (;43;) (own 5))
      (type (;44;) (own 6))
      (type (;45;) (func (param "headers" 43) (result 44)))
      (export (;3;) "[constructor]outgoing-request" (func (type 45)))
      (type (;46;) (borrow 6))
      (type (;47;) (option 8))
      (type (;48;) (result))
      (type (;49;) (func (param "self" 46) (param "scheme" 47) (result 48)))
      (export (;4;) "[method]outgoing-request.set-scheme" (func (type 49)))
      (type (;50;) (func (param "self" 46) (param "authority" 13) (result 48)))
      (export (;5;) "[method]outgoing-request.set-authority" (func (type 50)))
      (type (;51;) (own 31))
      (type (;52;) (own 29))
      (type (;53;) (result 52 (error 26)))
      (type (;54;) (func (param "param" 51) (param "response" 53)))
      (export (;6;) "[static]response-outparam.set" (func (type 54)))
      (type (;55;) (borrow 12))
      (type (;56;) (func (param "self" 55) (result 28)))
      (export (;7;) "[method]incoming-response.status" (func (type 56)))
      (type (;57;) (borrow 1))
      (type (;58;) (own 3))
      (type (;59;) (result 58))
      (type (;60;) (func (param "self" 57) (result 59)))
      (export (;8;) "[method]incoming-body.stream" (func (type 60)))
      (type (;61;) (func (param "headers" 43) (result 52)))
      (export (;9;) "[constructor]outgoing-response" (func (type 61)))
      (type (;62;) (borrow 29))
      (type (;63;) (own 30))
      (type (;64;) (result 63))
      (type (;65;) (func (param "self" 62) (result 64)))
      (export (;10;) "[method]outgoing-response.body" (func (type 65)))
      (type (;66;) (borrow 30))
      (type (;67;) (own 33))
      (type (;68;) (result 67))
      (type (;69;) (func (param "self" 66) (result 68)))
      (export (;11;) "[method]outgoing-body.write" (func (type 69)))
      (type (;70;) (own 34))
      (type (;71;) (option 70))
      (type (;72;) (result (error 26)))
      (type (;73;) (func (param "this" 63) (param "trailers" 71) (result 72)))
      (export (;12;) "[static]outgoing-body.finish" (func (type 73)))
      (type (;74;) (borrow 9))
      (type (;75;) (own 11))
      (type (;76;) (func (param "self" 74) (result 75)))
      (export (;13;) "[method]future-incoming-response.subscribe" (func (type 76)))
      (type (;77;) (own 12))
      (type (;78;) (result 77 (error 26)))
      (type (;79;) (result 78))
      (type (;80;) (option 79))
      (type (;81;) (func (param "self" 74) (result 80)))
      (export (;14;) "[method]future-incoming-response.get" (func (type 81)))
    )
  )
  (import "wasi:http/types@0.2.12" (instance (;3;) (type 7)))
  (alias export 3 "outgoing-request" (type (;8;)))
  (alias export 3 "request-options" (type (;9;)))
  (alias export 3 "future-incoming-response" (type (;10;)))
  (alias export 3 "error-code" (type (;11;)))
  (type (;12;)
    (instance
      (alias outer $golden:server 8 (type (;0;)))
      (export (;1;) "outgoing-request" (type (eq 0)))
      (alias outer $golden:server 9 (type (;2;)))
      (export (;3;) "request-options" (type (eq 2)))
      (alias outer $golden:server 10 (type (;4;)))
      (export (;5;) "future-incoming-response" (type (eq 4)))
      (alias outer $golden:server 11 (type (;6;)))
      (export (;7;) "error-code" (type (eq 6)))
      (type (;8;) (own 1))
      (type (;9;) (own 3))
      (type (;10;) (option 9))
      (type (;11;) (own 5))
      (type (;12;) (result 11 (error 7)))
      (type (;13;) (func (param "request" 8) (param "options" 10) (result 12)))
      (export (;0;) "handle" (func (type 13)))
    )
  )
  (import "wasi:http/outgoing-handler@0.2.12" (instance (;4;) (type 12)))
  (component $handler:adapter (;0;)
    (type (;0;)
      (instance
        (export (;0;) "input-stream" (type (sub resource)))
      )
    )
    (import "wasi:io/streams@0.2.12" (instance (;0;) (type 0)))
    (alias export 0 "input-stream" (type (;1;)))
    (core module (;0;)
      (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
      (memory (;0;) 1)
      (global (;0;) (mut i32) i32.const 32)
      (global (;1;) (mut i32) i32.const 0)
      (global (;2;) (mut i32) i32.const 32)
      (global (;3;) (mut i32) i32.const 65536)
      (export "m" (memory 0))
      (export "n" (global 0))
      (export "v" (global 1))
      (export "f" (global 2))
      (export "r" (func 0))
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
    )
    (core instance (;0;) (instantiate 0))
    (alias core export 0 "m" (core memory (;0;)))
    (alias core export 0 "r" (core func (;0;)))
    (alias core export 0 "n" (core global (;0;)))
    (alias core export 0 "v" (core global (;1;)))
    (alias core export 0 "f" (core global (;2;)))
    (type (;2;) (resource (rep i32)))
    (core module (;1;)
      (type (;0;) (func (result i32)))
      (type (;1;) (func (param i32 i64) (result i32)))
      (type (;2;) (func (param i32 i32 i32 i32 i32 i32) (result i32)))
      (type (;3;) (func (param i32)))
      (import "i" "m" (memory (;0;) 1))
      (import "i" "n" (global (;0;) (mut i32)))
      (import "i" "v" (global (;1;) (mut i32)))
      (import "i" "f" (global (;2;) (mut i32)))
      (export "0" (func 0))
      (export "1" (func 1))
      (export "2" (func 2))
      (export "p" (func 3))
      (func (;0;) (type 0) (result i32)
        i32.const 16
      )
      (func (;1;) (type 1) (param i32 i64) (result i32)
        i32.const 24
      )
      (func (;2;) (type 2) (param i32 i32 i32 i32 i32 i32) (result i32)
        global.get 2
        global.set 0
        i32.const 24
      )
      (func (;3;) (type 3) (param i32)
        global.get 2
        global.set 0
      )
      (data (;0;) (i32.const 16) "\10\00\00\00\00\00\00\00\01")
    )
    (core instance (;1;)
      (export "m" (memory 0))
      (export "n" (global 0))
      (export "v" (global 1))
      (export "f" (global 2))
    )
    (core instance (;2;) (instantiate 1
        (with "i" (instance 1))
      )
    )
    (alias core export 2 "0" (core func (;1;)))
    (type (;3;) (tuple string string))
    (type (;4;) (list 3))
    (type (;5;) (func (result 4)))
    (func (;0;) (type 5) (canon lift (core func 1) (memory 0)))
    (alias core export 2 "1" (core func (;2;)))
    (type (;6;) (borrow 2))
    (type (;7;) u64)
    (type (;8;) (own 1))
    (type (;9;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
    (type (;10;) (result 8 (error 9)))
    (type (;11;) (func (param "self" 6) (param "offset" 7) (result 10)))
    (func (;1;) (type 11) (canon lift (core func 2) (memory 0)))
    (alias core export 2 "2" (core func (;3;)))
    (type (;12;) (flags "symlink-follow"))
    (type (;13;) (flags "create" "directory" "exclusive" "truncate"))
    (type (;14;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
    (type (;15;) (own 2))
    (type (;16;) (result 15 (error 9)))
    (type (;17;) (func (param "self" 6) (param "path-flags" 12) (param "path" string) (param "open-flags" 13) (param "flags" 14) (result 16)))
    (func (;2;) (type 17) (canon lift (core func 3) (memory 0) (realloc 0)))
    (type (;18;) (own 2))
    (type (;19;) (tuple 18 string))
    (type (;20;) (list 19))
    (type (;21;) (func (result 20)))
    (func (;3;) (type 21) (canon lift (core func 1) (memory 0)))
    (component (;0;)
      (type (;0;) (tuple string string))
      (type (;1;) (list 0))
      (type (;2;) (func (result 1)))
      (import "f0" (func (;0;) (type 2)))
      (type (;3;) (tuple string string))
      (type (;4;) (list 3))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-environment" (func 0) (func (type 5)))
    )
    (instance (;1;) (instantiate 0
        (with "f0" (func 0))
      )
    )
    (export (;2;) "wasi:cli/environment@0.2.12" (instance 1))
    (component (;1;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "descriptor" (type 0))
      (type (;2;) (flags "symlink-follow"))
      (import "t1" (type (;3;) (eq 2)))
      (type (;4;) (flags "symlink-follow"))
      (export (;5;) "path-flags" (type 4))
      (type (;6;) (flags "create" "directory" "exclusive" "truncate"))
      (import "t2" (type (;7;) (eq 6)))
      (type (;8;) (flags "create" "directory" "exclusive" "truncate"))
      (export (;9;) "open-flags" (type 8))
      (type (;10;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
      (import "t3" (type (;11;) (eq 10)))
      (type (;12;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
      (export (;13;) "descriptor-flags" (type 12))
      (type (;14;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
      (import "t4" (type (;15;) (eq 14)))
      (type (;16;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
      (export (;17;) "error-code" (type 16))
      (type (;18;) u64)
      (import "t5" (type (;19;) (eq 18)))
      (type (;20;) u64)
      (export (;21;) "filesize" (type 20))
      (import "t6" (type (;22;) (sub resource)))
      (export (;23;) "input-stream" (type 22))
      (type (;24;) (borrow 0))
      (type (;25;) (own 22))
      (type (;26;) (result 25 (error 15)))
      (type (;27;) (func (param "self" 24) (param "offset" 19) (result 26)))
      (import "f0" (func (;0;) (type 27)))
      (type (;28;) (borrow 1))
      (type (;29;) (own 23))
      (type (;30;) (result 29 (error 17)))
      (type (;31;) (func (param "self" 28) (param "offset" 21) (result 30)))
      (export (;1;) "[method]descriptor.read-via-stream" (func 0) (func (type 31)))
      (type (;32;) (own 0))
      (type (;33;) (result 32 (error 15)))
      (type (;34;) (func (param "self" 24) (param "path-flags" 3) (param "path" string) (param "open-flags" 7) (param "flags" 11) (result 33)))
      (import "f1" (func (;2;) (type 34)))
      (type (;35;) (own 1))
      (type (;36;) (result 35 (error 17)))
      (type (;37;) (func (param "self" 28) (param "path-flags" 5) (param "path" string) (param "open-flags" 9) (param "flags" 13) (result 36)))
      (export (;3;) "[method]descriptor.open-at" (func 2) (func (type 37)))
    )
    (instance (;3;) (instantiate 1
        (with "t0" (type 2))
        (with "t1" (type 12))
        (with "t2" (type 13))
        (with "t3" (type 14))
        (with "t4" (type 9))
        (with "t5" (type 7))
        (with "t6" (type 1))
        (with "f0" (func 1))
        (with "f1" (func 2))
      )
    )
    (export (;4;) "wasi:filesystem/types@0.2.12" (instance 3))
    (alias export 4 "descriptor" (type (;22;)))
    (alias export 4 "path-flags" (type (;23;)))
    (alias export 4 "open-flags" (type (;24;)))
    (alias export 4 "descriptor-flags" (type (;25;)))
    (alias export 4 "error-code" (type (;26;)))
    (alias export 4 "filesize" (type (;27;)))
    (alias export 4 "input-stream" (type (;28;)))
    (component (;2;)
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
    (instance (;5;) (instantiate 2
        (with "t0" (type 22))
        (with "f0" (func 3))
      )
    )
    (export (;6;) "wasi:filesystem/preopens@0.2.12" (instance 5))
  )
  (instance $handler:adapter (;5;) (instantiate $handler:adapter
      (with "wasi:io/streams@0.2.12" (instance 2))
    )
  )
  (component $handler (;1;)
  ) ;; the 15975 lines of what was given
  (alias export $handler:adapter "wasi:cli/environment@0.2.12" (instance (;6;)))
  (alias export $handler:adapter "wasi:filesystem/types@0.2.12" (instance (;7;)))
  (alias export $handler:adapter "wasi:filesystem/preopens@0.2.12" (instance (;8;)))
  (instance $handler (;9;) (instantiate $handler
      (with "wasi:cli/environment@0.2.12" (instance 6))
      (with "wasi:io/error@0.2.12" (instance 0))
      (with "wasi:io/poll@0.2.12" (instance 1))
      (with "wasi:io/streams@0.2.12" (instance 2))
      (with "wasi:filesystem/types@0.2.12" (instance 7))
      (with "wasi:filesystem/preopens@0.2.12" (instance 8))
      (with "wasi:http/types@0.2.12" (instance 3))
      (with "wasi:http/outgoing-handler@0.2.12" (instance 4))
    )
  )
  (alias export $handler "wasi:http/incoming-handler@0.2.12" (instance (;10;)))
  (export (;11;) "wasi:http/incoming-handler@0.2.12" (instance 10))
  (@producers
    (processed-by "weld" "0.1.0")
  )
  (@custom "weld" "{\22version\22:1,\22weld\22:\220.1.0\22,\22components\22:[{\22name\22:\22handler\22,\22sha256\22:\2234b6b2aa6882fb5396f315b606ebb6cdb495f70ef553267ecd217e4c1bbe551c\22}],\22grants\22:[{\22component\22:\22handler\22,\22grant\22:\22http\22,\22value\22:\22allow\22},{\22component\22:\22handler\22,\22grant\22:\22wasi:http/*\22,\22value\22:\22allow\22},{\22component\22:\22handler\22,\22grant\22:\22wasi:io/*\22,\22value\22:\22allow\22},{\22component\22:\22handler\22,\22grant\22:\22*\22,\22value\22:\22deny\22}]}")
)
