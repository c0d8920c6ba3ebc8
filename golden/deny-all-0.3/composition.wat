(component $golden:deny-all-0.3
  (component $command:adapter (;0;)
    (core module (;0;)
      (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
      (memory (;0;) 1)
      (global (;0;) (mut i32) i32.const 112)
      (global (;1;) (mut i32) i32.const 0)
      (global (;2;) (mut i32) i32.const 112)
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
    (type (;0;) (resource (rep i32)))
    (type (;1;) (resource (rep i32)))
    (type (;2;) (resource (rep i32)))
    (type (;3;) (resource (rep i32)))
    (type (;4;) (stream u8))
    (core func (;1;) (canon stream.new 4))
    (type (;5;) (stream u8))
    (core func (;2;) (canon stream.drop-writable 5))
    (type (;6;) (enum "io" "illegal-byte-sequence" "pipe"))
    (type (;7;) (result (error 6)))
    (type (;8;) (future 7))
    (core func (;3;) (canon future.new 8))
    (type (;9;) (enum "io" "illegal-byte-sequence" "pipe"))
    (type (;10;) (result (error 9)))
    (type (;11;) (future 10))
    (core func (;4;) (canon future.write 11 (memory 0) async))
    (type (;12;) (stream u8))
    (core func (;5;) (canon stream.drop-readable 12))
    (type (;13;) (enum "io" "illegal-byte-sequence" "pipe"))
    (type (;14;) (result (error 13)))
    (type (;15;) (future 14))
    (core func (;6;) (canon future.new 15))
    (type (;16;) (enum "io" "illegal-byte-sequence" "pipe"))
    (type (;17;) (result (error 16)))
    (type (;18;) (future 17))
    (core func (;7;) (canon future.write 18 (memory 0) async))
    (type (;19;) (stream u8))
    (core func (;8;) (canon stream.drop-readable 19))
    (type (;20;) (enum "io" "illegal-byte-sequence" "pipe"))
    (type (;21;) (result (error 20)))
    (type (;22;) (future 21))
    (core func (;9;) (canon future.new 22))
    (type (;23;) (enum "io" "illegal-byte-sequence" "pipe"))
    (type (;24;) (result (error 23)))
    (type (;25;) (future 24))
    (core func (;10;) (canon future.write 25 (memory 0) async))
    (type (;26;) (stream u8))
    (core func (;11;) (canon stream.new 26))
    (type (;27;) (stream u8))
    (core func (;12;) (canon stream.drop-writable 27))
    (type (;28;) (option string))
    (type (;29;) (variant (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress") (case "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop") (case "too-many-links") (case "message-size") (case "name-too-long") (case "no-device") (case "no-entry") (case "no-lock") (case "insufficient-memory") (case "insufficient-space") (case "not-directory") (case "not-empty") (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device") (case "overflow") (case "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek") (case "text-file-busy") (case "cross-device") (case "other" 28)))
    (type (;30;) (result (error 29)))
    (type (;31;) (future 30))
    (core func (;13;) (canon future.new 31))
    (type (;32;) (option string))
    (type (;33;) (variant (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress") (case "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop") (case "too-many-links") (case "message-size") (case "name-too-long") (case "no-device") (case "no-entry") (case "no-lock") (case "insufficient-memory") (case "insufficient-space") (case "not-directory") (case "not-empty") (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device") (case "overflow") (case "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek") (case "text-file-busy") (case "cross-device") (case "other" 32)))
    (type (;34;) (result (error 33)))
    (type (;35;) (future 34))
    (core func (;14;) (canon future.write 35 (memory 0) async))
    (core module (;1;)
      (type (;0;) (func (result i64)))
      (type (;1;) (func (param i32)))
      (type (;2;) (func (param i32 i32) (result i32)))
      (type (;3;) (func (result i32)))
      (type (;4;) (func (param i32) (result i32)))
      (type (;5;) (func (param i64)))
      (type (;6;) (func (param i32 i64) (result i32)))
      (type (;7;) (func (param i32 i32 i32 i32 i32 i32) (result i32)))
      (import "i" "0" (func (;0;) (type 0)))
      (import "i" "1" (func (;1;) (type 1)))
      (import "i" "2" (func (;2;) (type 0)))
      (import "i" "3" (func (;3;) (type 2)))
      (import "i" "4" (func (;4;) (type 1)))
      (import "i" "5" (func (;5;) (type 0)))
      (import "i" "6" (func (;6;) (type 2)))
      (import "i" "7" (func (;7;) (type 1)))
      (import "i" "8" (func (;8;) (type 0)))
      (import "i" "9" (func (;9;) (type 2)))
      (import "i" "10" (func (;10;) (type 0)))
      (import "i" "11" (func (;11;) (type 1)))
      (import "i" "12" (func (;12;) (type 0)))
      (import "i" "13" (func (;13;) (type 2)))
      (import "i" "m" (memory (;0;) 1))
      (import "i" "n" (global (;0;) (mut i32)))
      (import "i" "v" (global (;1;) (mut i32)))
      (import "i" "f" (global (;2;) (mut i32)))
      (export "0" (func 14))
      (export "1" (func 15))
      (export "2" (func $"denied: wasi:cli/exit@0.3.0#exit"))
      (export "3" (func 17))
      (export "4" (func 18))
      (export "5" (func 19))
      (export "6" (func 20))
      (export "7" (func 21))
      (export "8" (func 22))
      (export "9" (func 23))
      (export "10" (func 24))
      (export "11" (func 25))
      (export "12" (func $"denied: wasi:random/random@0.3.0#get-random-u64"))
      (export "13" (func 27))
      (export "14" (func 28))
      (export "p" (func 29))
      (func (;14;) (type 3) (result i32)
        i32.const 16
      )
      (func (;15;) (type 3) (result i32)
        i32.const 24
      )
      (func $"denied: wasi:cli/exit@0.3.0#exit" (;16;) (type 1) (param i32)
        unreachable
      )
      (func (;17;) (type 3) (result i32)
        (local i64 i64)
        i32.const 36
        call 0
        local.tee 0
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        call 1
        local.get 0
        i32.wrap_i64
        i32.store
        i32.const 36
        call 2
        local.tee 1
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        i32.const 44
        call 3
        drop
        local.get 1
        i32.wrap_i64
        i32.store offset=4
        i32.const 36
      )
      (func (;18;) (type 4) (param i32) (result i32)
        (local i64)
        local.get 0
        call 4
        call 5
        local.tee 1
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        i32.const 44
        call 6
        drop
        local.get 1
        i32.wrap_i64
      )
      (func (;19;) (type 4) (param i32) (result i32)
        (local i64)
        local.get 0
        call 7
        call 8
        local.tee 1
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        i32.const 44
        call 9
        drop
        local.get 1
        i32.wrap_i64
      )
      (func (;20;) (type 3) (result i32)
        i32.const 48
      )
      (func (;21;) (type 0) (result i64)
        i64.const 1
      )
      (func (;22;) (type 5) (param i64))
      (func (;23;) (type 3) (result i32)
        i32.const 56
      )
      (func (;24;) (type 6) (param i32 i64) (result i32)
        (local i64 i64)
        i32.const 72
        call 10
        local.tee 2
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        call 11
        local.get 2
        i32.wrap_i64
        i32.store
        i32.const 72
        call 12
        local.tee 3
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        i32.const 80
        call 13
        drop
        local.get 3
        i32.wrap_i64
        i32.store offset=4
        i32.const 72
      )
      (func (;25;) (type 7) (param i32 i32 i32 i32 i32 i32) (result i32)
        global.get 2
        global.set 0
        i32.const 80
      )
      (func $"denied: wasi:random/random@0.3.0#get-random-u64" (;26;) (type 0) (result i64)
        unreachable
      )
      (func (;27;) (type 4) (param i32) (result i32)
        i32.const 80
      )
      (func (;28;) (type 2) (param i32 i32) (result i32)
        global.get 2
        global.set 0
        i32.const 80
      )
      (func (;29;) (type 1) (param i32)
        global.get 2
        global.set 0
      )
      (data (;0;) (i32.const 16) "\10\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01")
    )
    (core instance (;1;)
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
      (export "m" (memory 0))
      (export "n" (global 0))
      (export "v" (global 1))
      (export "f" (global 2))
    )
    (core instance (;2;) (instantiate 1
        (with "i" (instance 1))
      )
    )
    (alias core export 2 "0" (core func (;15;)))
    (type (;36;) (tuple string string))
    (type (;37;) (list 36))
    (type (;38;) (func (result 37)))
    (func (;0;) (type 38) (canon lift (core func 15) (memory 0)))
    (type (;39;) (list string))
    (type (;40;) (func (result 39)))
    (func (;1;) (type 40) (canon lift (core func 15) (memory 0)))
    (alias core export 2 "1" (core func (;16;)))
    (type (;41;) (option string))
    (type (;42;) (func (result 41)))
    (func (;2;) (type 42) (canon lift (core func 16) (memory 0)))
    (alias core export 2 "2" (core func (;17;)))
    (type (;43;) (result))
    (type (;44;) (func (param "status" 43)))
    (func (;3;) (type 44) (canon lift (core func 17)))
    (alias core export 2 "3" (core func (;18;)))
    (type (;45;) (stream u8))
    (type (;46;) (enum "io" "illegal-byte-sequence" "pipe"))
    (type (;47;) (result (error 46)))
    (type (;48;) (future 47))
    (type (;49;) (tuple 45 48))
    (type (;50;) (func (result 49)))
    (func (;4;) (type 50) (canon lift (core func 18) (memory 0)))
    (alias core export 2 "4" (core func (;19;)))
    (type (;51;) (stream u8))
    (type (;52;) (enum "io" "illegal-byte-sequence" "pipe"))
    (type (;53;) (result (error 52)))
    (type (;54;) (future 53))
    (type (;55;) (func (param "data" 51) (result 54)))
    (func (;5;) (type 55) (canon lift (core func 19)))
    (alias core export 2 "5" (core func (;20;)))
    (type (;56;) (stream u8))
    (type (;57;) (enum "io" "illegal-byte-sequence" "pipe"))
    (type (;58;) (result (error 57)))
    (type (;59;) (future 58))
    (type (;60;) (func (param "data" 56) (result 59)))
    (func (;6;) (type 60) (canon lift (core func 20)))
    (alias core export 2 "6" (core func (;21;)))
    (type (;61;) (own 0))
    (type (;62;) (option 61))
    (type (;63;) (func (result 62)))
    (func (;7;) (type 63) (canon lift (core func 21) (memory 0)))
    (alias core export 2 "7" (core func (;22;)))
    (type (;64;) u64)
    (type (;65;) (func (result 64)))
    (func (;8;) (type 65) (canon lift (core func 22)))
    (alias core export 2 "8" (core func (;23;)))
    (type (;66;) u64)
    (type (;67;) (func async (param "how-long" 66)))
    (func (;9;) (type 67) (canon lift (core func 23)))
    (alias core export 2 "9" (core func (;24;)))
    (type (;68;) (record (field "seconds" s64) (field "nanoseconds" u32)))
    (type (;69;) (func (result 68)))
    (func (;10;) (type 69) (canon lift (core func 24) (memory 0)))
    (alias core export 2 "10" (core func (;25;)))
    (type (;70;) (borrow 1))
    (type (;71;) u64)
    (type (;72;) (stream u8))
    (type (;73;) (option string))
    (type (;74;) (variant (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress") (case "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop") (case "too-many-links") (case "message-size") (case "name-too-long") (case "no-device") (case "no-entry") (case "no-lock") (case "insufficient-memory") (case "insufficient-space") (case "not-directory") (case "not-empty") (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device") (case "overflow") (case "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek") (case "text-file-busy") (case "cross-device") (case "other" 73)))
    (type (;75;) (result (error 74)))
    (type (;76;) (future 75))
    (type (;77;) (tuple 72 76))
    (type (;78;) (func (param "self" 70) (param "offset" 71) (result 77)))
    (func (;11;) (type 78) (canon lift (core func 25) (memory 0)))
    (alias core export 2 "11" (core func (;26;)))
    (type (;79;) (flags "symlink-follow"))
    (type (;80;) (flags "create" "directory" "exclusive" "truncate"))
    (type (;81;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
    (type (;82;) (own 1))
    (type (;83;) (result 82 (error 74)))
    (type (;84;) (func async (param "self" 70) (param "path-flags" 79) (param "path" string) (param "open-flags" 80) (param "flags" 81) (result 83)))
    (func (;12;) (type 84) (canon lift (core func 26) (memory 0) (realloc 0)))
    (type (;85;) (own 1))
    (type (;86;) (tuple 85 string))
    (type (;87;) (list 86))
    (type (;88;) (func (result 87)))
    (func (;13;) (type 88) (canon lift (core func 15) (memory 0)))
    (alias core export 2 "12" (core func (;27;)))
    (type (;89;) (func (result u64)))
    (func (;14;) (type 89) (canon lift (core func 27)))
    (alias core export 2 "13" (core func (;28;)))
    (type (;90;) (enum "ipv4" "ipv6"))
    (type (;91;) (own 2))
    (type (;92;) (option string))
    (type (;93;) (variant (case "access-denied") (case "not-supported") (case "invalid-argument") (case "out-of-memory") (case "timeout") (case "invalid-state") (case "address-not-bindable") (case "address-in-use") (case "remote-unreachable") (case "connection-refused") (case "connection-broken") (case "connection-reset") (case "connection-aborted") (case "datagram-too-large") (case "other" 92)))
    (type (;94;) (result 91 (error 93)))
    (type (;95;) (func (param "address-family" 90) (result 94)))
    (func (;15;) (type 95) (canon lift (core func 28) (memory 0)))
    (type (;96;) (own 3))
    (type (;97;) (result 96 (error 93)))
    (type (;98;) (func (param "address-family" 90) (result 97)))
    (func (;16;) (type 98) (canon lift (core func 28) (memory 0)))
    (alias core export 2 "14" (core func (;29;)))
    (type (;99;) (tuple u8 u8 u8 u8))
    (type (;100;) (tuple u16 u16 u16 u16 u16 u16 u16 u16))
    (type (;101;) (variant (case "ipv4" 99) (case "ipv6" 100)))
    (type (;102;) (list 101))
    (type (;103;) (option string))
    (type (;104;) (variant (case "access-denied") (case "invalid-argument") (case "name-unresolvable") (case "temporary-resolver-failure") (case "permanent-resolver-failure") (case "other" 103)))
    (type (;105;) (result 102 (error 104)))
    (type (;106;) (func async (param "name" string) (result 105)))
    (func (;17;) (type 106) (canon lift (core func 29) (memory 0) (realloc 0)))
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
      (type (;10;) (option string))
      (type (;11;) (func (result 10)))
      (import "f2" (func (;4;) (type 11)))
      (type (;12;) (option string))
      (type (;13;) (func (result 12)))
      (export (;5;) "get-initial-cwd" (func 4) (func (type 13)))
    )
    (instance (;0;) (instantiate 0
        (with "f0" (func 0))
        (with "f1" (func 1))
        (with "f2" (func 2))
      )
    )
    (export (;1;) "wasi:cli/environment@0.3.0" (instance 0))
    (component (;1;)
      (type (;0;) (result))
      (type (;1;) (func (param "status" 0)))
      (import "f0" (func (;0;) (type 1)))
      (type (;2;) (result))
      (type (;3;) (func (param "status" 2)))
      (export (;1;) "exit" (func 0) (func (type 3)))
    )
    (instance (;2;) (instantiate 1
        (with "f0" (func 3))
      )
    )
    (export (;3;) "wasi:cli/exit@0.3.0" (instance 2))
    (type (;107;) (enum "io" "illegal-byte-sequence" "pipe"))
    (component (;2;)
      (type (;0;) (enum "io" "illegal-byte-sequence" "pipe"))
      (import "t0" (type (;1;) (eq 0)))
      (type (;2;) (enum "io" "illegal-byte-sequence" "pipe"))
      (export (;3;) "error-code" (type 2))
    )
    (instance (;4;) (instantiate 2
        (with "t0" (type 107))
      )
    )
    (export (;5;) "wasi:cli/types@0.3.0" (instance 4))
    (alias export 5 "error-code" (type (;108;)))
    (component (;3;)
      (type (;0;) (enum "io" "illegal-byte-sequence" "pipe"))
      (import "t0" (type (;1;) (eq 0)))
      (export (;2;) "error-code" (type 1))
      (type (;3;) (stream u8))
      (type (;4;) (result (error 1)))
      (type (;5;) (future 4))
      (type (;6;) (tuple 3 5))
      (type (;7;) (func (result 6)))
      (import "f0" (func (;0;) (type 7)))
      (type (;8;) (stream u8))
      (type (;9;) (result (error 2)))
      (type (;10;) (future 9))
      (type (;11;) (tuple 8 10))
      (type (;12;) (func (result 11)))
      (export (;1;) "read-via-stream" (func 0) (func (type 12)))
    )
    (instance (;6;) (instantiate 3
        (with "t0" (type 108))
        (with "f0" (func 4))
      )
    )
    (export (;7;) "wasi:cli/stdin@0.3.0" (instance 6))
    (component (;4;)
      (type (;0;) (enum "io" "illegal-byte-sequence" "pipe"))
      (import "t0" (type (;1;) (eq 0)))
      (export (;2;) "error-code" (type 1))
      (type (;3;) (stream u8))
      (type (;4;) (result (error 1)))
      (type (;5;) (future 4))
      (type (;6;) (func (param "data" 3) (result 5)))
      (import "f0" (func (;0;) (type 6)))
      (type (;7;) (stream u8))
      (type (;8;) (result (error 2)))
      (type (;9;) (future 8))
      (type (;10;) (func (param "data" 7) (result 9)))
      (export (;1;) "write-via-stream" (func 0) (func (type 10)))
    )
    (instance (;8;) (instantiate 4
        (with "t0" (type 108))
        (with "f0" (func 5))
      )
    )
    (export (;9;) "wasi:cli/stdout@0.3.0" (instance 8))
    (component (;5;)
      (type (;0;) (enum "io" "illegal-byte-sequence" "pipe"))
      (import "t0" (type (;1;) (eq 0)))
      (export (;2;) "error-code" (type 1))
      (type (;3;) (stream u8))
      (type (;4;) (result (error 1)))
      (type (;5;) (future 4))
      (type (;6;) (func (param "data" 3) (result 5)))
      (import "f0" (func (;0;) (type 6)))
      (type (;7;) (stream u8))
      (type (;8;) (result (error 2)))
      (type (;9;) (future 8))
      (type (;10;) (func (param "data" 7) (result 9)))
      (export (;1;) "write-via-stream" (func 0) (func (type 10)))
    )
    (instance (;10;) (instantiate 5
        (with "t0" (type 108))
        (with "f0" (func 6))
      )
    )
    (export (;11;) "wasi:cli/stderr@0.3.0" (instance 10))
    (component (;6;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-output" (type 0))
    )
    (instance (;12;) (instantiate 6
        (with "t0" (type 0))
      )
    )
    (export (;13;) "wasi:cli/terminal-output@0.3.0" (instance 12))
    (alias export 13 "terminal-output" (type (;109;)))
    (component (;7;)
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
    (instance (;14;) (instantiate 7
        (with "t0" (type 109))
        (with "f0" (func 7))
      )
    )
    (export (;15;) "wasi:cli/terminal-stdout@0.3.0" (instance 14))
    (type (;110;) u64)
    (component (;8;)
      (type (;0;) u64)
      (import "t0" (type (;1;) (eq 0)))
      (type (;2;) u64)
      (export (;3;) "duration" (type 2))
    )
    (instance (;16;) (instantiate 8
        (with "t0" (type 110))
      )
    )
    (export (;17;) "wasi:clocks/types@0.3.0" (instance 16))
    (alias export 17 "duration" (type (;111;)))
    (component (;9;)
      (type (;0;) u64)
      (import "t0" (type (;1;) (eq 0)))
      (type (;2;) u64)
      (export (;3;) "mark" (type 2))
      (type (;4;) u64)
      (import "t1" (type (;5;) (eq 4)))
      (export (;6;) "duration" (type 5))
      (type (;7;) (func (result 1)))
      (import "f0" (func (;0;) (type 7)))
      (type (;8;) (func (result 3)))
      (export (;1;) "now" (func 0) (func (type 8)))
      (type (;9;) (func async (param "how-long" 5)))
      (import "f1" (func (;2;) (type 9)))
      (type (;10;) (func async (param "how-long" 6)))
      (export (;3;) "wait-for" (func 2) (func (type 10)))
    )
    (instance (;18;) (instantiate 9
        (with "t0" (type 64))
        (with "t1" (type 111))
        (with "f0" (func 8))
        (with "f1" (func 9))
      )
    )
    (export (;19;) "wasi:clocks/monotonic-clock@0.3.0" (instance 18))
    (alias export 19 "mark" (type (;112;)))
    (component (;10;)
      (type (;0;) (record (field "seconds" s64) (field "nanoseconds" u32)))
      (import "t0" (type (;1;) (eq 0)))
      (type (;2;) (record (field "seconds" s64) (field "nanoseconds" u32)))
      (export (;3;) "instant" (type 2))
      (type (;4;) (func (result 1)))
      (import "f0" (func (;0;) (type 4)))
      (type (;5;) (func (result 3)))
      (export (;1;) "now" (func 0) (func (type 5)))
    )
    (instance (;20;) (instantiate 10
        (with "t0" (type 68))
        (with "f0" (func 10))
      )
    )
    (export (;21;) "wasi:clocks/system-clock@0.3.0" (instance 20))
    (alias export 21 "instant" (type (;113;)))
    (component (;11;)
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
      (type (;14;) (option string))
      (type (;15;) (variant (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress") (case "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop") (case "too-many-links") (case "message-size") (case "name-too-long") (case "no-device") (case "no-entry") (case "no-lock") (case "insufficient-memory") (case "insufficient-space") (case "not-directory") (case "not-empty") (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device") (case "overflow") (case "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek") (case "text-file-busy") (case "cross-device") (case "other" 14)))
      (import "t4" (type (;16;) (eq 15)))
      (type (;17;) (option string))
      (type (;18;) (variant (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress") (case "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop") (case "too-many-links") (case "message-size") (case "name-too-long") (case "no-device") (case "no-entry") (case "no-lock") (case "insufficient-memory") (case "insufficient-space") (case "not-directory") (case "not-empty") (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device") (case "overflow") (case "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek") (case "text-file-busy") (case "cross-device") (case "other" 17)))
      (export (;19;) "error-code" (type 18))
      (type (;20;) u64)
      (import "t5" (type (;21;) (eq 20)))
      (type (;22;) u64)
      (export (;23;) "filesize" (type 22))
      (type (;24;) (borrow 0))
      (type (;25;) (stream u8))
      (type (;26;) (result (error 16)))
      (type (;27;) (future 26))
      (type (;28;) (tuple 25 27))
      (type (;29;) (func (param "self" 24) (param "offset" 21) (result 28)))
      (import "f0" (func (;0;) (type 29)))
      (type (;30;) (borrow 1))
      (type (;31;) (stream u8))
      (type (;32;) (result (error 19)))
      (type (;33;) (future 32))
      (type (;34;) (tuple 31 33))
      (type (;35;) (func (param "self" 30) (param "offset" 23) (result 34)))
      (export (;1;) "[method]descriptor.read-via-stream" (func 0) (func (type 35)))
      (type (;36;) (own 0))
      (type (;37;) (result 36 (error 16)))
      (type (;38;) (func async (param "self" 24) (param "path-flags" 3) (param "path" string) (param "open-flags" 7) (param "flags" 11) (result 37)))
      (import "f1" (func (;2;) (type 38)))
      (type (;39;) (own 1))
      (type (;40;) (result 39 (error 19)))
      (type (;41;) (func async (param "self" 30) (param "path-flags" 5) (param "path" string) (param "open-flags" 9) (param "flags" 13) (result 40)))
      (export (;3;) "[method]descriptor.open-at" (func 2) (func (type 41)))
    )
    (instance (;22;) (instantiate 11
        (with "t0" (type 1))
        (with "t1" (type 79))
        (with "t2" (type 80))
        (with "t3" (type 81))
        (with "t4" (type 74))
        (with "t5" (type 71))
        (with "f0" (func 11))
        (with "f1" (func 12))
      )
    )
    (export (;23;) "wasi:filesystem/types@0.3.0" (instance 22))
    (alias export 23 "descriptor" (type (;114;)))
    (alias export 23 "path-flags" (type (;115;)))
    (alias export 23 "open-flags" (type (;116;)))
    (alias export 23 "descriptor-flags" (type (;117;)))
    (alias export 23 "error-code" (type (;118;)))
    (alias export 23 "filesize" (type (;119;)))
    (component (;12;)
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
    (instance (;24;) (instantiate 12
        (with "t0" (type 114))
        (with "f0" (func 13))
      )
    )
    (export (;25;) "wasi:filesystem/preopens@0.3.0" (instance 24))
    (component (;13;)
      (type (;0;) (func (result u64)))
      (import "f0" (func (;0;) (type 0)))
      (type (;1;) (func (result u64)))
      (export (;1;) "get-random-u64" (func 0) (func (type 1)))
    )
    (instance (;26;) (instantiate 13
        (with "f0" (func 14))
      )
    )
    (export (;27;) "wasi:random/random@0.3.0" (instance 26))
    (type (;120;) (tuple u8 u8 u8 u8))
    (type (;121;) (tuple u16 u16 u16 u16 u16 u16 u16 u16))
    (type (;122;) (variant (case "ipv4" 120) (case "ipv6" 121)))
    (component (;14;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "tcp-socket" (type 0))
      (import "t1" (type (;2;) (sub resource)))
      (export (;3;) "udp-socket" (type 2))
      (type (;4;) (enum "ipv4" "ipv6"))
      (import "t2" (type (;5;) (eq 4)))
      (type (;6;) (enum "ipv4" "ipv6"))
      (export (;7;) "ip-address-family" (type 6))
      (type (;8;) (option string))
      (type (;9;) (variant (case "access-denied") (case "not-supported") (case "invalid-argument") (case "out-of-memory") (case "timeout") (case "invalid-state") (case "address-not-bindable") (case "address-in-use") (case "remote-unreachable") (case "connection-refused") (case "connection-broken") (case "connection-reset") (case "connection-aborted") (case "datagram-too-large") (case "other" 8)))
      (import "t3" (type (;10;) (eq 9)))
      (type (;11;) (option string))
      (type (;12;) (variant (case "access-denied") (case "not-supported") (case "invalid-argument") (case "out-of-memory") (case "timeout") (case "invalid-state") (case "address-not-bindable") (case "address-in-use") (case "remote-unreachable") (case "connection-refused") (case "connection-broken") (case "connection-reset") (case "connection-aborted") (case "datagram-too-large") (case "other" 11)))
      (export (;13;) "error-code" (type 12))
      (type (;14;) (tuple u8 u8 u8 u8))
      (import "t4" (type (;15;) (eq 14)))
      (type (;16;) (tuple u8 u8 u8 u8))
      (export (;17;) "ipv4-address" (type 16))
      (type (;18;) (tuple u16 u16 u16 u16 u16 u16 u16 u16))
      (import "t5" (type (;19;) (eq 18)))
      (type (;20;) (tuple u16 u16 u16 u16 u16 u16 u16 u16))
      (export (;21;) "ipv6-address" (type 20))
      (type (;22;) (variant (case "ipv4" 15) (case "ipv6" 19)))
      (import "t6" (type (;23;) (eq 22)))
      (type (;24;) (variant (case "ipv4" 17) (case "ipv6" 21)))
      (export (;25;) "ip-address" (type 24))
      (type (;26;) (own 0))
      (type (;27;) (result 26 (error 10)))
      (type (;28;) (func (param "address-family" 5) (result 27)))
      (import "f0" (func (;0;) (type 28)))
      (type (;29;) (own 1))
      (type (;30;) (result 29 (error 13)))
      (type (;31;) (func (param "address-family" 7) (result 30)))
      (export (;1;) "[static]tcp-socket.create" (func 0) (func (type 31)))
      (type (;32;) (own 2))
      (type (;33;) (result 32 (error 10)))
      (type (;34;) (func (param "address-family" 5) (result 33)))
      (import "f1" (func (;2;) (type 34)))
      (type (;35;) (own 3))
      (type (;36;) (result 35 (error 13)))
      (type (;37;) (func (param "address-family" 7) (result 36)))
      (export (;3;) "[static]udp-socket.create" (func 2) (func (type 37)))
    )
    (instance (;28;) (instantiate 14
        (with "t0" (type 2))
        (with "t1" (type 3))
        (with "t2" (type 90))
        (with "t3" (type 93))
        (with "t4" (type 120))
        (with "t5" (type 121))
        (with "t6" (type 122))
        (with "f0" (func 15))
        (with "f1" (func 16))
      )
    )
    (export (;29;) "wasi:sockets/types@0.3.0" (instance 28))
    (alias export 29 "tcp-socket" (type (;123;)))
    (alias export 29 "udp-socket" (type (;124;)))
    (alias export 29 "ip-address-family" (type (;125;)))
    (alias export 29 "error-code" (type (;126;)))
    (alias export 29 "ipv4-address" (type (;127;)))
    (alias export 29 "ipv6-address" (type (;128;)))
    (alias export 29 "ip-address" (type (;129;)))
    (component (;15;)
      (type (;0;) (tuple u8 u8 u8 u8))
      (type (;1;) (tuple u16 u16 u16 u16 u16 u16 u16 u16))
      (type (;2;) (variant (case "ipv4" 0) (case "ipv6" 1)))
      (import "t0" (type (;3;) (eq 2)))
      (export (;4;) "ip-address" (type 3))
      (type (;5;) (option string))
      (type (;6;) (variant (case "access-denied") (case "invalid-argument") (case "name-unresolvable") (case "temporary-resolver-failure") (case "permanent-resolver-failure") (case "other" 5)))
      (import "t1" (type (;7;) (eq 6)))
      (type (;8;) (option string))
      (type (;9;) (variant (case "access-denied") (case "invalid-argument") (case "name-unresolvable") (case "temporary-resolver-failure") (case "permanent-resolver-failure") (case "other" 8)))
      (export (;10;) "error-code" (type 9))
      (type (;11;) (list 3))
      (type (;12;) (result 11 (error 7)))
      (type (;13;) (func async (param "name" string) (result 12)))
      (import "f0" (func (;0;) (type 13)))
      (type (;14;) (list 4))
      (type (;15;) (result 14 (error 10)))
      (type (;16;) (func async (param "name" string) (result 15)))
      (export (;1;) "resolve-addresses" (func 0) (func (type 16)))
    )
    (instance (;30;) (instantiate 15
        (with "t0" (type 129))
        (with "t1" (type 104))
        (with "f0" (func 17))
      )
    )
    (export (;31;) "wasi:sockets/ip-name-lookup@0.3.0" (instance 30))
    (alias export 31 "error-code" (type (;130;)))
  )
  (instance $command:adapter (;0;) (instantiate $command:adapter))
  (component $command (;1;)
  ) ;; the 28807 lines of what was given
  (alias export $command:adapter "wasi:cli/environment@0.3.0" (instance (;1;)))
  (alias export $command:adapter "wasi:cli/exit@0.3.0" (instance (;2;)))
  (alias export $command:adapter "wasi:cli/types@0.3.0" (instance (;3;)))
  (alias export $command:adapter "wasi:cli/stdin@0.3.0" (instance (;4;)))
  (alias export $command:adapter "wasi:cli/stdout@0.3.0" (instance (;5;)))
  (alias export $command:adapter "wasi:cli/stderr@0.3.0" (instance (;6;)))
  (alias export $command:adapter "wasi:cli/terminal-output@0.3.0" (instance (;7;)))
  (alias export $command:adapter "wasi:cli/terminal-stdout@0.3.0" (instance (;8;)))
  (alias export $command:adapter "wasi:clocks/types@0.3.0" (instance (;9;)))
  (alias export $command:adapter "wasi:clocks/monotonic-clock@0.3.0" (instance (;10;)))
  (alias export $command:adapter "wasi:clocks/system-clock@0.3.0" (instance (;11;)))
  (alias export $command:adapter "wasi:filesystem/types@0.3.0" (instance (;12;)))
  (alias export $command:adapter "wasi:filesystem/preopens@0.3.0" (instance (;13;)))
  (alias export $command:adapter "wasi:random/random@0.3.0" (instance (;14;)))
  (alias export $command:adapter "wasi:sockets/types@0.3.0" (instance (;15;)))
  (alias export $command:adapter "wasi:sockets/ip-name-lookup@0.3.0" (instance (;16;)))
  (instance $command (;17;) (instantiate $command
      (with "wasi:cli/environment@0.3.0" (instance 1))
      (with "wasi:cli/exit@0.3.0" (instance 2))
      (with "wasi:cli/types@0.3.0" (instance 3))
      (with "wasi:cli/stdin@0.3.0" (instance 4))
      (with "wasi:cli/stdout@0.3.0" (instance 5))
      (with "wasi:cli/stderr@0.3.0" (instance 6))
      (with "wasi:cli/terminal-output@0.3.0" (instance 7))
      (with "wasi:cli/terminal-stdout@0.3.0" (instance 8))
      (with "wasi:clocks/types@0.3.0" (instance 9))
      (with "wasi:clocks/monotonic-clock@0.3.0" (instance 10))
      (with "wasi:clocks/system-clock@0.3.0" (instance 11))
      (with "wasi:filesystem/types@0.3.0" (instance 12))
      (with "wasi:filesystem/preopens@0.3.0" (instance 13))
      (with "wasi:random/random@0.3.0" (instance 14))
      (with "wasi:sockets/types@0.3.0" (instance 15))
      (with "wasi:sockets/ip-name-lookup@0.3.0" (instance 16))
    )
  )
  (alias export $command "probe" (func (;0;)))
  (export (;1;) "probe" (func 0))
  (alias export $command "wasi:cli/run@0.3.0" (instance (;18;)))
  (export (;19;) "wasi:cli/run@0.3.0" (instance 18))
  (@producers
    (processed-by "weld" "0.1.0")
  )
  (@custom "weld" "{\22version\22:1,\22weld\22:\220.1.0\22,\22components\22:[{\22name\22:\22command\22,\22sha256\22:\22cf6d9dcc65e96255906e5047466da16b9a0bd4861d175a35d905e9da59cac107\22}],\22grants\22:[{\22component\22:\22command\22,\22grant\22:\22*\22,\22value\22:\22deny (traps: wasi:cli/exit#exit, wasi:random/random#get-random-u64)\22}]}")
)
