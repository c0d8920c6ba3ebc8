(component $golden:denied-dependency
  (type (;0;)
    (instance
      (type (;0;) (tuple string string))
      (type (;1;) (list 0))
      (type (;2;) (func (result 1)))
      (export (;0;) "get-environment" (func (type 2)))
      (type (;3;) (list string))
      (type (;4;) (func (result 3)))
      (export (;1;) "get-arguments" (func (type 4)))
    )
  )
  (import "wasi:cli/environment@0.2.12" (instance (;0;) (type 0)))
  (type (;1;)
    (instance
      (type (;0;) (result))
      (type (;1;) (func (param "status" 0)))
      (export (;0;) "exit" (func (type 1)))
    )
  )
  (import "wasi:cli/exit@0.2.12" (instance (;1;) (type 1)))
  (type (;2;)
    (instance
      (export (;0;) "error" (type (sub resource)))
    )
  )
  (import "wasi:io/error@0.2.12" (instance (;2;) (type 2)))
  (alias export 2 "error" (type (;3;)))
  (type (;4;)
    (instance
      (alias outer $golden:denied-dependency 3 (type (;0;)))
      (export (;1;) "error" (type (eq 0)))
      (export (;2;) "output-stream" (type (sub resource)))
      (type (;3;) (own 1))
      (type (;4;) (variant (case "last-operation-failed" 3) (case "closed")))
      (export (;5;) "stream-error" (type (eq 4)))
      (export (;6;) "input-stream" (type (sub resource)))
      (type (;7;) (borrow 2))
      (type (;8;) (result u64 (error 5)))
      (type (;9;) (func (param "self" 7) (result 8)))
      (export (;0;) "[method]output-stream.check-write" (func (type 9)))
      (type (;10;) (list u8))
      (type (;11;) (result (error 5)))
      (type (;12;) (func (param "self" 7) (param "contents" 10) (result 11)))
      (export (;1;) "[method]output-stream.write" (func (type 12)))
      (type (;13;) (func (param "self" 7) (param "contents" 10) (result 11)))
      (export (;2;) "[method]output-stream.blocking-write-and-flush" (func (type 13)))
      (type (;14;) (func (param "self" 7) (result 11)))
      (export (;3;) "[method]output-stream.blocking-flush" (func (type 14)))
    )
  )
  (import "wasi:io/streams@0.2.12" (instance (;3;) (type 4)))
  (alias export 3 "input-stream" (type (;5;)))
  (type (;6;)
    (instance
      (alias outer $golden:denied-dependency 5 (type (;0;)))
      (export (;1;) "input-stream" (type (eq 0)))
      (type (;2;) (own 1))
      (type (;3;) (func (result 2)))
      (export (;0;) "get-stdin" (func (type 3)))
    )
  )
  (import "wasi:cli/stdin@0.2.12" (instance (;4;) (type 6)))
  (alias export 3 "output-stream" (type (;7;)))
  (type (;8;)
    (instance
      (alias outer $golden:denied-dependency 7 (type (;0;)))
      (export (;1;) "output-stream" (type (eq 0)))
      (type (;2;) (own 1))
      (type (;3;) (func (result 2)))
      (export (;0;) "get-stdout" (func (type 3)))
    )
  )
  (import "wasi:cli/stdout@0.2.12" (instance (;5;) (type 8)))
  (type (;9;)
    (instance
      (alias outer $golden:denied-dependency 7 (type (;0;)))
      (export (;1;) "output-stream" (type (eq 0)))
      (type (;2;) (own 1))
      (type (;3;) (func (result 2)))
      (export (;0;) "get-stderr" (func (type 3)))
    )
  )
  (import "wasi:cli/stderr@0.2.12" (instance (;6;) (type 9)))
  (type (;10;)
    (instance
      (type (;0;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (export (;1;) "datetime" (type (eq 0)))
    )
  )
  (import "wasi:clocks/wall-clock@0.2.12" (instance (;7;) (type 10)))
  (alias export 3 "error" (type (;11;)))
  (alias export 7 "datetime" (type (;12;)))
  (type (;13;)
    (instance
      (alias outer $golden:denied-dependency 11 (type (;0;)))
      (export (;1;) "error" (type (eq 0)))
      (type (;2;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
      (export (;3;) "error-code" (type (eq 2)))
      (export (;4;) "descriptor" (type (sub resource)))
      (type (;5;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
      (export (;6;) "descriptor-type" (type (eq 5)))
      (alias outer $golden:denied-dependency 7 (type (;7;)))
      (export (;8;) "output-stream" (type (eq 7)))
      (type (;9;) u64)
      (export (;10;) "filesize" (type (eq 9)))
      (type (;11;) u64)
      (export (;12;) "link-count" (type (eq 11)))
      (alias outer $golden:denied-dependency 12 (type (;13;)))
      (export (;14;) "datetime" (type (eq 13)))
      (type (;15;) (option 14))
      (type (;16;) (record (field "type" 6) (field "link-count" 12) (field "size" 10) (field "data-access-timestamp" 15) (field "data-modification-timestamp" 15) (field "status-change-timestamp" 15)))
      (export (;17;) "descriptor-stat" (type (eq 16)))
      (type (;18;) (borrow 4))
      (type (;19;) (own 8))
      (type (;20;) (result 19 (error 3)))
      (type (;21;) (func (param "self" 18) (param "offset" 10) (result 20)))
      (export (;0;) "[method]descriptor.write-via-stream" (func (type 21)))
      (type (;22;) (func (param "self" 18) (result 20)))
      (export (;1;) "[method]descriptor.append-via-stream" (func (type 22)))
      (type (;23;) (result 6 (error 3)))
      (type (;24;) (func (param "self" 18) (result 23)))
      (export (;2;) "[method]descriptor.get-type" (func (type 24)))
      (type (;25;) (result 17 (error 3)))
      (type (;26;) (func (param "self" 18) (result 25)))
      (export (;3;) "[method]descriptor.stat" (func (type 26)))
      (type (;27;) (borrow 1))
      (type (;28;) (option 3))
      (type (;29;) (func (param "err" 27) (result 28)))
      (export (;4;) "filesystem-error-code" (func (type 29)))
    )
  )
  (import "wasi:filesystem/types@0.2.12" (instance (;8;) (type 13)))
  (alias export 8 "descriptor" (type (;14;)))
  (type (;15;)
    (instance
      (alias outer $golden:denied-dependency 14 (type (;0;)))
      (export (;1;) "descriptor" (type (eq 0)))
      (type (;2;) (own 1))
      (type (;3;) (tuple 2 string))
      (type (;4;) (list 3))
      (type (;5;) (func (result 4)))
      (export (;0;) "get-directories" (func (type 5)))
    )
  )
  (import "wasi:filesystem/preopens@0.2.12" (instance (;9;) (type 15)))
  (component $storygen:adapter (;0;)
    (type (;0;)
      (instance
        (type (;0;) (record (field "seconds" u64) (field "nanoseconds" u32)))
        (export (;1;) "datetime" (type (eq 0)))
      )
    )
    (import "wasi:clocks/wall-clock@0.2.12" (instance (;0;) (type 0)))
    (alias export 0 "datetime" (type (;1;)))
    (core module (;0;)
      (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
      (memory (;0;) 1)
      (global (;0;) (mut i32) i32.const 448)
      (global (;1;) (mut i32) i32.const 0)
      (global (;2;) (mut i32) i32.const 448)
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
    (type (;3;) (resource (rep i32)))
    (type (;4;) (resource (rep i32)))
    (type (;5;) (resource (rep i32)))
    (type (;6;) (resource (rep i32)))
    (type (;7;) (resource (rep i32)))
    (type (;8;) (resource (rep i32)))
    (core func (;1;) (canon resource.new 4))
    (core func (;2;) (canon resource.new 3))
    (core func (;3;) (canon resource.new 8))
    (core func (;4;) (canon resource.new 7))
    (core module (;1;)
      (type (;0;) (func (param i32) (result i32)))
      (type (;1;) (func (result i32)))
      (type (;2;) (func (param i32)))
      (type (;3;) (func (param i32 i64) (result i32)))
      (type (;4;) (func (param i32 i32 i32) (result i32)))
      (type (;5;) (func (param i32 i32 i32 i32 i32 i32) (result i32)))
      (type (;6;) (func (param i32 i32 i32 i32) (result i32)))
      (import "i" "0" (func (;0;) (type 0)))
      (import "i" "1" (func (;1;) (type 0)))
      (import "i" "2" (func (;2;) (type 0)))
      (import "i" "3" (func (;3;) (type 0)))
      (import "i" "m" (memory (;0;) 1))
      (import "i" "n" (global (;0;) (mut i32)))
      (import "i" "v" (global (;1;) (mut i32)))
      (import "i" "f" (global (;2;) (mut i32)))
      (export "0" (func 4))
      (export "1" (func $"denied: wasi:cli/exit@0.2.12#exit"))
      (export "2" (func 6))
      (export "3" (func 7))
      (export "4" (func 8))
      (export "5" (func 9))
      (export "6" (func 10))
      (export "7" (func 11))
      (export "8" (func 12))
      (export "9" (func 13))
      (export "10" (func 14))
      (export "11" (func 15))
      (export "12" (func 16))
      (export "13" (func 17))
      (export "14" (func 18))
      (export "15" (func 19))
      (export "16" (func 20))
      (export "17" (func 21))
      (export "18" (func 22))
      (export "19" (func 23))
      (export "20" (func 24))
      (export "p" (func 25))
      (func (;4;) (type 1) (result i32)
        i32.const 16
      )
      (func $"denied: wasi:cli/exit@0.2.12#exit" (;5;) (type 2) (param i32)
        unreachable
      )
      (func (;6;) (type 3) (param i32 i64) (result i32)
        i32.const 24
      )
      (func (;7;) (type 0) (param i32) (result i32)
        (local i32)
        local.get 0
        local.set 1
        local.get 1
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 40
        else
          i32.const 56
        end
      )
      (func (;8;) (type 4) (param i32 i32 i32) (result i32)
        (local i32)
        global.get 2
        global.set 0
        local.get 0
        local.set 3
        local.get 3
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 72
        else
          i32.const 24
        end
      )
      (func (;9;) (type 0) (param i32) (result i32)
        (local i32)
        local.get 0
        local.set 1
        local.get 1
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 72
        else
          i32.const 24
        end
      )
      (func (;10;) (type 1) (result i32)
        i32.const -1
        call 0
      )
      (func (;11;) (type 1) (result i32)
        i32.const -2
        call 1
      )
      (func (;12;) (type 1) (result i32)
        i32.const -1
        call 1
      )
      (func (;13;) (type 1) (result i32)
        i32.const 84
      )
      (func (;14;) (type 3) (param i32 i64) (result i32)
        (local i32)
        local.get 0
        local.set 2
        local.get 2
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 92
          i32.const -2
          call 0
          i32.store offset=4
          i32.const 92
        else
          i32.const 100
        end
      )
      (func (;15;) (type 3) (param i32 i64) (result i32)
        (local i32)
        local.get 0
        local.set 2
        local.get 2
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 108
          i32.const -2
          call 1
          i32.store offset=4
          i32.const 108
        else
          i32.const 100
        end
      )
      (func (;16;) (type 0) (param i32) (result i32)
        (local i32)
        local.get 0
        local.set 1
        local.get 1
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 116
          i32.const -2
          call 1
          i32.store offset=4
          i32.const 116
        else
          i32.const 100
        end
      )
      (func (;17;) (type 0) (param i32) (result i32)
        (local i32)
        local.get 0
        local.set 1
        local.get 1
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 124
        else
          i32.const 126
        end
      )
      (func (;18;) (type 0) (param i32) (result i32)
        (local i32)
        local.get 0
        local.set 1
        local.get 1
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 128
          i32.const -2
          call 2
          i32.store offset=4
          i32.const 128
        else
          i32.const 100
        end
      )
      (func (;19;) (type 0) (param i32) (result i32)
        (local i32)
        local.get 0
        local.set 1
        local.get 1
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 136
        else
          i32.const 240
        end
      )
      (func (;20;) (type 5) (param i32 i32 i32 i32 i32 i32) (result i32)
        (local i32)
        global.get 2
        global.set 0
        local.get 0
        local.set 6
        local.get 6
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 344
          i32.const -2
          call 3
          i32.store offset=4
          i32.const 344
        else
          i32.const 100
        end
      )
      (func (;21;) (type 0) (param i32) (result i32)
        (local i32)
        local.get 0
        local.set 1
        local.get 1
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 352
        else
          i32.const 376
        end
      )
      (func (;22;) (type 6) (param i32 i32 i32 i32) (result i32)
        (local i32)
        global.get 2
        global.set 0
        local.get 0
        local.set 4
        local.get 4
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 352
        else
          i32.const 376
        end
      )
      (func (;23;) (type 0) (param i32) (result i32)
        (local i32)
        local.get 0
        local.set 1
        local.get 1
        i32.const -2
        i32.eq
        if (result i32) ;; label = @1
          i32.const 400
        else
          i32.const 420
        end
      )
      (func (;24;) (type 0) (param i32) (result i32)
        i32.const 124
      )
      (func (;25;) (type 2) (param i32)
        global.get 2
        global.set 0
      )
      (data (;0;) (i32.const 16) "\10\00\00\00\00\00\00\00\01\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\10\00\00\00\00\00\01\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01")
    )
    (core instance (;1;)
      (export "0" (func 1))
      (export "1" (func 2))
      (export "2" (func 3))
      (export "3" (func 4))
      (export "m" (memory 0))
      (export "n" (global 0))
      (export "v" (global 1))
      (export "f" (global 2))
    )
    (core instance (;2;) (instantiate 1
        (with "i" (instance 1))
      )
    )
    (alias core export 2 "0" (core func (;5;)))
    (type (;9;) (tuple string string))
    (type (;10;) (list 9))
    (type (;11;) (func (result 10)))
    (func (;0;) (type 11) (canon lift (core func 5) (memory 0)))
    (alias core export 2 "1" (core func (;6;)))
    (type (;12;) (result))
    (type (;13;) (func (param "status" 12)))
    (func (;1;) (type 13) (canon lift (core func 6)))
    (alias core export 2 "2" (core func (;7;)))
    (type (;14;) (borrow 4))
    (type (;15;) (list u8))
    (type (;16;) (own 2))
    (type (;17;) (variant (case "last-operation-failed" 16) (case "closed")))
    (type (;18;) (result 15 (error 17)))
    (type (;19;) (func (param "self" 14) (param "len" u64) (result 18)))
    (func (;2;) (type 19) (canon lift (core func 7) (memory 0)))
    (type (;20;) (func (param "self" 14) (param "len" u64) (result 18)))
    (func (;3;) (type 20) (canon lift (core func 7) (memory 0)))
    (alias core export 2 "3" (core func (;8;)))
    (type (;21;) (borrow 3))
    (type (;22;) (result u64 (error 17)))
    (type (;23;) (func (param "self" 21) (result 22)))
    (func (;4;) (type 23) (canon lift (core func 8) (memory 0)))
    (alias core export 2 "4" (core func (;9;)))
    (type (;24;) (result (error 17)))
    (type (;25;) (func (param "self" 21) (param "contents" 15) (result 24)))
    (func (;5;) (type 25) (canon lift (core func 9) (memory 0) (realloc 0)))
    (type (;26;) (func (param "self" 21) (param "contents" 15) (result 24)))
    (func (;6;) (type 26) (canon lift (core func 9) (memory 0) (realloc 0)))
    (alias core export 2 "5" (core func (;10;)))
    (type (;27;) (func (param "self" 21) (result 24)))
    (func (;7;) (type 27) (canon lift (core func 10) (memory 0)))
    (alias core export 2 "6" (core func (;11;)))
    (type (;28;) (own 4))
    (type (;29;) (func (result 28)))
    (func (;8;) (type 29) (canon lift (core func 11)))
    (alias core export 2 "7" (core func (;12;)))
    (type (;30;) (own 3))
    (type (;31;) (func (result 30)))
    (func (;9;) (type 31) (canon lift (core func 12)))
    (alias core export 2 "8" (core func (;13;)))
    (type (;32;) (own 3))
    (type (;33;) (func (result 32)))
    (func (;10;) (type 33) (canon lift (core func 13)))
    (alias core export 2 "9" (core func (;14;)))
    (type (;34;) (own 5))
    (type (;35;) (option 34))
    (type (;36;) (func (result 35)))
    (func (;11;) (type 36) (canon lift (core func 14) (memory 0)))
    (type (;37;) (own 6))
    (type (;38;) (option 37))
    (type (;39;) (func (result 38)))
    (func (;12;) (type 39) (canon lift (core func 14) (memory 0)))
    (type (;40;) (own 6))
    (type (;41;) (option 40))
    (type (;42;) (func (result 41)))
    (func (;13;) (type 42) (canon lift (core func 14) (memory 0)))
    (alias core export 2 "10" (core func (;15;)))
    (type (;43;) (borrow 7))
    (type (;44;) u64)
    (type (;45;) (own 4))
    (type (;46;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
    (type (;47;) (result 45 (error 46)))
    (type (;48;) (func (param "self" 43) (param "offset" 44) (result 47)))
    (func (;14;) (type 48) (canon lift (core func 15) (memory 0)))
    (alias core export 2 "11" (core func (;16;)))
    (type (;49;) (own 3))
    (type (;50;) (result 49 (error 46)))
    (type (;51;) (func (param "self" 43) (param "offset" 44) (result 50)))
    (func (;15;) (type 51) (canon lift (core func 16) (memory 0)))
    (alias core export 2 "12" (core func (;17;)))
    (type (;52;) (func (param "self" 43) (result 50)))
    (func (;16;) (type 52) (canon lift (core func 17) (memory 0)))
    (alias core export 2 "13" (core func (;18;)))
    (type (;53;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
    (type (;54;) (result 53 (error 46)))
    (type (;55;) (func (param "self" 43) (result 54)))
    (func (;17;) (type 55) (canon lift (core func 18) (memory 0)))
    (type (;56;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
    (type (;57;) (result 56 (error 46)))
    (type (;58;) (func (param "self" 43) (result 57)))
    (func (;18;) (type 58) (canon lift (core func 18) (memory 0)))
    (alias core export 2 "14" (core func (;19;)))
    (type (;59;) (own 8))
    (type (;60;) (result 59 (error 46)))
    (type (;61;) (func (param "self" 43) (result 60)))
    (func (;19;) (type 61) (canon lift (core func 19) (memory 0)))
    (alias core export 2 "15" (core func (;20;)))
    (type (;62;) u64)
    (type (;63;) (option 1))
    (type (;64;) (record (field "type" 56) (field "link-count" 62) (field "size" 44) (field "data-access-timestamp" 63) (field "data-modification-timestamp" 63) (field "status-change-timestamp" 63)))
    (type (;65;) (result 64 (error 46)))
    (type (;66;) (func (param "self" 43) (result 65)))
    (func (;20;) (type 66) (canon lift (core func 20) (memory 0)))
    (alias core export 2 "16" (core func (;21;)))
    (type (;67;) (flags "symlink-follow"))
    (type (;68;) (flags "create" "directory" "exclusive" "truncate"))
    (type (;69;) (own 7))
    (type (;70;) (result 69 (error 46)))
    (type (;71;) (func (param "self" 43) (param "path-flags" 67) (param "path" string) (param "open-flags" 68) (param "flags" 53) (result 70)))
    (func (;21;) (type 71) (canon lift (core func 21) (memory 0) (realloc 0)))
    (alias core export 2 "17" (core func (;22;)))
    (type (;72;) (record (field "lower" u64) (field "upper" u64)))
    (type (;73;) (result 72 (error 46)))
    (type (;74;) (func (param "self" 43) (result 73)))
    (func (;22;) (type 74) (canon lift (core func 22) (memory 0)))
    (alias core export 2 "18" (core func (;23;)))
    (type (;75;) (func (param "self" 43) (param "path-flags" 67) (param "path" string) (result 73)))
    (func (;23;) (type 75) (canon lift (core func 23) (memory 0) (realloc 0)))
    (alias core export 2 "19" (core func (;24;)))
    (type (;76;) (borrow 8))
    (type (;77;) (record (field "type" 56) (field "name" string)))
    (type (;78;) (option 77))
    (type (;79;) (result 78 (error 46)))
    (type (;80;) (func (param "self" 76) (result 79)))
    (func (;24;) (type 80) (canon lift (core func 24) (memory 0)))
    (alias core export 2 "20" (core func (;25;)))
    (type (;81;) (borrow 2))
    (type (;82;) (option 46))
    (type (;83;) (func (param "err" 81) (result 82)))
    (func (;25;) (type 83) (canon lift (core func 25) (memory 0)))
    (type (;84;) (own 7))
    (type (;85;) (tuple 84 string))
    (type (;86;) (list 85))
    (type (;87;) (func (result 86)))
    (func (;26;) (type 87) (canon lift (core func 5) (memory 0)))
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
      (type (;0;) (result))
      (type (;1;) (func (param "status" 0)))
      (import "f0" (func (;0;) (type 1)))
      (type (;2;) (result))
      (type (;3;) (func (param "status" 2)))
      (export (;1;) "exit" (func 0) (func (type 3)))
    )
    (instance (;3;) (instantiate 1
        (with "f0" (func 1))
      )
    )
    (export (;4;) "wasi:cli/exit@0.2.12" (instance 3))
    (component (;2;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "error" (type 0))
    )
    (instance (;5;) (instantiate 2
        (with "t0" (type 2))
      )
    )
    (export (;6;) "wasi:io/error@0.2.12" (instance 5))
    (alias export 6 "error" (type (;88;)))
    (component (;3;)
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
      (type (;12;) (borrow 4))
      (type (;13;) (list u8))
      (type (;14;) (result 13 (error 8)))
      (type (;15;) (func (param "self" 12) (param "len" u64) (result 14)))
      (import "f0" (func (;0;) (type 15)))
      (type (;16;) (borrow 5))
      (type (;17;) (list u8))
      (type (;18;) (result 17 (error 11)))
      (type (;19;) (func (param "self" 16) (param "len" u64) (result 18)))
      (export (;1;) "[method]input-stream.read" (func 0) (func (type 19)))
      (type (;20;) (func (param "self" 12) (param "len" u64) (result 14)))
      (import "f1" (func (;2;) (type 20)))
      (type (;21;) (func (param "self" 16) (param "len" u64) (result 18)))
      (export (;3;) "[method]input-stream.blocking-read" (func 2) (func (type 21)))
      (type (;22;) (borrow 2))
      (type (;23;) (result u64 (error 8)))
      (type (;24;) (func (param "self" 22) (result 23)))
      (import "f2" (func (;4;) (type 24)))
      (type (;25;) (borrow 3))
      (type (;26;) (result u64 (error 11)))
      (type (;27;) (func (param "self" 25) (result 26)))
      (export (;5;) "[method]output-stream.check-write" (func 4) (func (type 27)))
      (type (;28;) (result (error 8)))
      (type (;29;) (func (param "self" 22) (param "contents" 13) (result 28)))
      (import "f3" (func (;6;) (type 29)))
      (type (;30;) (result (error 11)))
      (type (;31;) (func (param "self" 25) (param "contents" 17) (result 30)))
      (export (;7;) "[method]output-stream.write" (func 6) (func (type 31)))
      (type (;32;) (func (param "self" 22) (param "contents" 13) (result 28)))
      (import "f4" (func (;8;) (type 32)))
      (type (;33;) (func (param "self" 25) (param "contents" 17) (result 30)))
      (export (;9;) "[method]output-stream.blocking-write-and-flush" (func 8) (func (type 33)))
      (type (;34;) (func (param "self" 22) (result 28)))
      (import "f5" (func (;10;) (type 34)))
      (type (;35;) (func (param "self" 25) (result 30)))
      (export (;11;) "[method]output-stream.blocking-flush" (func 10) (func (type 35)))
    )
    (instance (;7;) (instantiate 3
        (with "t0" (type 88))
        (with "t1" (type 3))
        (with "t2" (type 4))
        (with "t3" (type 17))
        (with "f0" (func 2))
        (with "f1" (func 3))
        (with "f2" (func 4))
        (with "f3" (func 5))
        (with "f4" (func 6))
        (with "f5" (func 7))
      )
    )
    (export (;8;) "wasi:io/streams@0.2.12" (instance 7))
    (alias export 8 "output-stream" (type (;89;)))
    (alias export 8 "input-stream" (type (;90;)))
    (alias export 8 "stream-error" (type (;91;)))
    (component (;4;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "input-stream" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (func (result 2)))
      (import "f0" (func (;0;) (type 3)))
      (type (;4;) (own 1))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-stdin" (func 0) (func (type 5)))
    )
    (instance (;9;) (instantiate 4
        (with "t0" (type 90))
        (with "f0" (func 8))
      )
    )
    (export (;10;) "wasi:cli/stdin@0.2.12" (instance 9))
    (component (;5;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "output-stream" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (func (result 2)))
      (import "f0" (func (;0;) (type 3)))
      (type (;4;) (own 1))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-stdout" (func 0) (func (type 5)))
    )
    (instance (;11;) (instantiate 5
        (with "t0" (type 89))
        (with "f0" (func 9))
      )
    )
    (export (;12;) "wasi:cli/stdout@0.2.12" (instance 11))
    (component (;6;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "output-stream" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (func (result 2)))
      (import "f0" (func (;0;) (type 3)))
      (type (;4;) (own 1))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-stderr" (func 0) (func (type 5)))
    )
    (instance (;13;) (instantiate 6
        (with "t0" (type 89))
        (with "f0" (func 10))
      )
    )
    (export (;14;) "wasi:cli/stderr@0.2.12" (instance 13))
    (component (;7;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-input" (type 0))
    )
    (instance (;15;) (instantiate 7
        (with "t0" (type 5))
      )
    )
    (export (;16;) "wasi:cli/terminal-input@0.2.12" (instance 15))
    (alias export 16 "terminal-input" (type (;92;)))
    (component (;8;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-output" (type 0))
    )
    (instance (;17;) (instantiate 8
        (with "t0" (type 6))
      )
    )
    (export (;18;) "wasi:cli/terminal-output@0.2.12" (instance 17))
    (alias export 18 "terminal-output" (type (;93;)))
    (component (;9;)
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
    (instance (;19;) (instantiate 9
        (with "t0" (type 92))
        (with "f0" (func 11))
      )
    )
    (export (;20;) "wasi:cli/terminal-stdin@0.2.12" (instance 19))
    (component (;10;)
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
    (instance (;21;) (instantiate 10
        (with "t0" (type 93))
        (with "f0" (func 12))
      )
    )
    (export (;22;) "wasi:cli/terminal-stdout@0.2.12" (instance 21))
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
      (export (;1;) "get-terminal-stderr" (func 0) (func (type 7)))
    )
    (instance (;23;) (instantiate 11
        (with "t0" (type 93))
        (with "f0" (func 13))
      )
    )
    (export (;24;) "wasi:cli/terminal-stderr@0.2.12" (instance 23))
    (component (;12;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "error" (type 0))
      (type (;2;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
      (import "t1" (type (;3;) (eq 2)))
      (type (;4;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
      (export (;5;) "error-code" (type 4))
      (import "t2" (type (;6;) (sub resource)))
      (export (;7;) "descriptor" (type 6))
      (type (;8;) (record (field "lower" u64) (field "upper" u64)))
      (import "t3" (type (;9;) (eq 8)))
      (type (;10;) (record (field "lower" u64) (field "upper" u64)))
      (export (;11;) "metadata-hash-value" (type 10))
      (import "t4" (type (;12;) (sub resource)))
      (export (;13;) "directory-entry-stream" (type 12))
      (type (;14;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
      (import "t5" (type (;15;) (eq 14)))
      (type (;16;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
      (export (;17;) "descriptor-type" (type 16))
      (type (;18;) (record (field "type" 15) (field "name" string)))
      (import "t6" (type (;19;) (eq 18)))
      (type (;20;) (record (field "type" 17) (field "name" string)))
      (export (;21;) "directory-entry" (type 20))
      (type (;22;) (flags "symlink-follow"))
      (import "t7" (type (;23;) (eq 22)))
      (type (;24;) (flags "symlink-follow"))
      (export (;25;) "path-flags" (type 24))
      (type (;26;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
      (import "t8" (type (;27;) (eq 26)))
      (type (;28;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
      (export (;29;) "descriptor-flags" (type 28))
      (import "t9" (type (;30;) (sub resource)))
      (export (;31;) "output-stream" (type 30))
      (type (;32;) (flags "create" "directory" "exclusive" "truncate"))
      (import "t10" (type (;33;) (eq 32)))
      (type (;34;) (flags "create" "directory" "exclusive" "truncate"))
      (export (;35;) "open-flags" (type 34))
      (type (;36;) u64)
      (import "t11" (type (;37;) (eq 36)))
      (type (;38;) u64)
      (export (;39;) "filesize" (type 38))
      (import "t12" (type (;40;) (sub resource)))
      (export (;41;) "input-stream" (type 40))
      (type (;42;) u64)
      (import "t13" (type (;43;) (eq 42)))
      (type (;44;) u64)
      (export (;45;) "link-count" (type 44))
      (type (;46;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (import "t14" (type (;47;) (eq 46)))
      (export (;48;) "datetime" (type 47))
      (type (;49;) (option 47))
      (type (;50;) (record (field "type" 15) (field "link-count" 43) (field "size" 37) (field "data-access-timestamp" 49) (field "data-modification-timestamp" 49) (field "status-change-timestamp" 49)))
      (import "t15" (type (;51;) (eq 50)))
      (type (;52;) (option 48))
      (type (;53;) (record (field "type" 17) (field "link-count" 45) (field "size" 39) (field "data-access-timestamp" 52) (field "data-modification-timestamp" 52) (field "status-change-timestamp" 52)))
      (export (;54;) "descriptor-stat" (type 53))
      (type (;55;) (borrow 6))
      (type (;56;) (own 40))
      (type (;57;) (result 56 (error 3)))
      (type (;58;) (func (param "self" 55) (param "offset" 37) (result 57)))
      (import "f0" (func (;0;) (type 58)))
      (type (;59;) (borrow 7))
      (type (;60;) (own 41))
      (type (;61;) (result 60 (error 5)))
      (type (;62;) (func (param "self" 59) (param "offset" 39) (result 61)))
      (export (;1;) "[method]descriptor.read-via-stream" (func 0) (func (type 62)))
      (type (;63;) (own 30))
      (type (;64;) (result 63 (error 3)))
      (type (;65;) (func (param "self" 55) (param "offset" 37) (result 64)))
      (import "f1" (func (;2;) (type 65)))
      (type (;66;) (own 31))
      (type (;67;) (result 66 (error 5)))
      (type (;68;) (func (param "self" 59) (param "offset" 39) (result 67)))
      (export (;3;) "[method]descriptor.write-via-stream" (func 2) (func (type 68)))
      (type (;69;) (func (param "self" 55) (result 64)))
      (import "f2" (func (;4;) (type 69)))
      (type (;70;) (func (param "self" 59) (result 67)))
      (export (;5;) "[method]descriptor.append-via-stream" (func 4) (func (type 70)))
      (type (;71;) (result 27 (error 3)))
      (type (;72;) (func (param "self" 55) (result 71)))
      (import "f3" (func (;6;) (type 72)))
      (type (;73;) (result 29 (error 5)))
      (type (;74;) (func (param "self" 59) (result 73)))
      (export (;7;) "[method]descriptor.get-flags" (func 6) (func (type 74)))
      (type (;75;) (result 15 (error 3)))
      (type (;76;) (func (param "self" 55) (result 75)))
      (import "f4" (func (;8;) (type 76)))
      (type (;77;) (result 17 (error 5)))
      (type (;78;) (func (param "self" 59) (result 77)))
      (export (;9;) "[method]descriptor.get-type" (func 8) (func (type 78)))
      (type (;79;) (own 12))
      (type (;80;) (result 79 (error 3)))
      (type (;81;) (func (param "self" 55) (result 80)))
      (import "f5" (func (;10;) (type 81)))
      (type (;82;) (own 13))
      (type (;83;) (result 82 (error 5)))
      (type (;84;) (func (param "self" 59) (result 83)))
      (export (;11;) "[method]descriptor.read-directory" (func 10) (func (type 84)))
      (type (;85;) (result 51 (error 3)))
      (type (;86;) (func (param "self" 55) (result 85)))
      (import "f6" (func (;12;) (type 86)))
      (type (;87;) (result 54 (error 5)))
      (type (;88;) (func (param "self" 59) (result 87)))
      (export (;13;) "[method]descriptor.stat" (func 12) (func (type 88)))
      (type (;89;) (own 6))
      (type (;90;) (result 89 (error 3)))
      (type (;91;) (func (param "self" 55) (param "path-flags" 23) (param "path" string) (param "open-flags" 33) (param "flags" 27) (result 90)))
      (import "f7" (func (;14;) (type 91)))
      (type (;92;) (own 7))
      (type (;93;) (result 92 (error 5)))
      (type (;94;) (func (param "self" 59) (param "path-flags" 25) (param "path" string) (param "open-flags" 35) (param "flags" 29) (result 93)))
      (export (;15;) "[method]descriptor.open-at" (func 14) (func (type 94)))
      (type (;95;) (result 9 (error 3)))
      (type (;96;) (func (param "self" 55) (result 95)))
      (import "f8" (func (;16;) (type 96)))
      (type (;97;) (result 11 (error 5)))
      (type (;98;) (func (param "self" 59) (result 97)))
      (export (;17;) "[method]descriptor.metadata-hash" (func 16) (func (type 98)))
      (type (;99;) (func (param "self" 55) (param "path-flags" 23) (param "path" string) (result 95)))
      (import "f9" (func (;18;) (type 99)))
      (type (;100;) (func (param "self" 59) (param "path-flags" 25) (param "path" string) (result 97)))
      (export (;19;) "[method]descriptor.metadata-hash-at" (func 18) (func (type 100)))
      (type (;101;) (borrow 12))
      (type (;102;) (option 19))
      (type (;103;) (result 102 (error 3)))
      (type (;104;) (func (param "self" 101) (result 103)))
      (import "f10" (func (;20;) (type 104)))
      (type (;105;) (borrow 13))
      (type (;106;) (option 21))
      (type (;107;) (result 106 (error 5)))
      (type (;108;) (func (param "self" 105) (result 107)))
      (export (;21;) "[method]directory-entry-stream.read-directory-entry" (func 20) (func (type 108)))
      (type (;109;) (borrow 0))
      (type (;110;) (option 3))
      (type (;111;) (func (param "err" 109) (result 110)))
      (import "f11" (func (;22;) (type 111)))
      (type (;112;) (borrow 1))
      (type (;113;) (option 5))
      (type (;114;) (func (param "err" 112) (result 113)))
      (export (;23;) "filesystem-error-code" (func 22) (func (type 114)))
    )
    (instance (;25;) (instantiate 12
        (with "t0" (type 88))
        (with "t1" (type 46))
        (with "t2" (type 7))
        (with "t3" (type 72))
        (with "t4" (type 8))
        (with "t5" (type 56))
        (with "t6" (type 77))
        (with "t7" (type 67))
        (with "t8" (type 53))
        (with "t9" (type 89))
        (with "t10" (type 68))
        (with "t11" (type 44))
        (with "t12" (type 90))
        (with "t13" (type 62))
        (with "t14" (type 1))
        (with "t15" (type 64))
        (with "f0" (func 14))
        (with "f1" (func 15))
        (with "f2" (func 16))
        (with "f3" (func 17))
        (with "f4" (func 18))
        (with "f5" (func 19))
        (with "f6" (func 20))
        (with "f7" (func 21))
        (with "f8" (func 22))
        (with "f9" (func 23))
        (with "f10" (func 24))
        (with "f11" (func 25))
      )
    )
    (export (;26;) "wasi:filesystem/types@0.2.12" (instance 25))
    (alias export 26 "error-code" (type (;94;)))
    (alias export 26 "descriptor" (type (;95;)))
    (alias export 26 "metadata-hash-value" (type (;96;)))
    (alias export 26 "directory-entry-stream" (type (;97;)))
    (alias export 26 "descriptor-type" (type (;98;)))
    (alias export 26 "directory-entry" (type (;99;)))
    (alias export 26 "path-flags" (type (;100;)))
    (alias export 26 "descriptor-flags" (type (;101;)))
    (alias export 26 "open-flags" (type (;102;)))
    (alias export 26 "filesize" (type (;103;)))
    (alias export 26 "link-count" (type (;104;)))
    (alias export 26 "datetime" (type (;105;)))
    (alias export 26 "descriptor-stat" (type (;106;)))
    (component (;13;)
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
    (instance (;27;) (instantiate 13
        (with "t0" (type 95))
        (with "f0" (func 26))
      )
    )
    (export (;28;) "wasi:filesystem/preopens@0.2.12" (instance 27))
  )
  (instance $storygen:adapter (;10;) (instantiate $storygen:adapter
      (with "wasi:clocks/wall-clock@0.2.12" (instance 7))
    )
  )
  (component $kv (;1;)
  ) ;; the 9952 lines of what was given
  (instance $kv (;11;) (instantiate $kv))
  (component $storygen (;2;)
  ) ;; the 33965 lines of what was given
  (alias export $kv "acme:cms/store@1.0.0" (instance (;12;)))
  (alias export $storygen:adapter "wasi:cli/environment@0.2.12" (instance (;13;)))
  (alias export $storygen:adapter "wasi:cli/exit@0.2.12" (instance (;14;)))
  (alias export $storygen:adapter "wasi:io/error@0.2.12" (instance (;15;)))
  (alias export $storygen:adapter "wasi:io/streams@0.2.12" (instance (;16;)))
  (alias export $storygen:adapter "wasi:cli/stdin@0.2.12" (instance (;17;)))
  (alias export $storygen:adapter "wasi:cli/stdout@0.2.12" (instance (;18;)))
  (alias export $storygen:adapter "wasi:cli/stderr@0.2.12" (instance (;19;)))
  (alias export $storygen:adapter "wasi:cli/terminal-input@0.2.12" (instance (;20;)))
  (alias export $storygen:adapter "wasi:cli/terminal-output@0.2.12" (instance (;21;)))
  (alias export $storygen:adapter "wasi:cli/terminal-stdin@0.2.12" (instance (;22;)))
  (alias export $storygen:adapter "wasi:cli/terminal-stdout@0.2.12" (instance (;23;)))
  (alias export $storygen:adapter "wasi:cli/terminal-stderr@0.2.12" (instance (;24;)))
  (alias export $storygen:adapter "wasi:filesystem/types@0.2.12" (instance (;25;)))
  (alias export $storygen:adapter "wasi:filesystem/preopens@0.2.12" (instance (;26;)))
  (instance $storygen (;27;) (instantiate $storygen
      (with "acme:cms/store@1.0.0" (instance 12))
      (with "wasi:cli/environment@0.2.12" (instance 13))
      (with "wasi:cli/exit@0.2.12" (instance 14))
      (with "wasi:io/error@0.2.12" (instance 15))
      (with "wasi:io/streams@0.2.12" (instance 16))
      (with "wasi:cli/stdin@0.2.12" (instance 17))
      (with "wasi:cli/stdout@0.2.12" (instance 18))
      (with "wasi:cli/stderr@0.2.12" (instance 19))
      (with "wasi:cli/terminal-input@0.2.12" (instance 20))
      (with "wasi:cli/terminal-output@0.2.12" (instance 21))
      (with "wasi:cli/terminal-stdin@0.2.12" (instance 22))
      (with "wasi:cli/terminal-stdout@0.2.12" (instance 23))
      (with "wasi:cli/terminal-stderr@0.2.12" (instance 24))
      (with "wasi:clocks/wall-clock@0.2.12" (instance 7))
      (with "wasi:filesystem/types@0.2.12" (instance 25))
      (with "wasi:filesystem/preopens@0.2.12" (instance 26))
    )
  )
  (component $front (;3;)
  ) ;; the 25378 lines of what was given
  (alias export $storygen "acme:cms/stories@1.0.0" (instance (;28;)))
  (instance $front (;29;) (instantiate $front
      (with "acme:cms/stories@1.0.0" (instance 28))
      (with "acme:cms/store@1.0.0" (instance 12))
      (with "wasi:cli/environment@0.2.12" (instance 0))
      (with "wasi:cli/exit@0.2.12" (instance 1))
      (with "wasi:io/error@0.2.12" (instance 2))
      (with "wasi:io/streams@0.2.12" (instance 3))
      (with "wasi:cli/stdin@0.2.12" (instance 4))
      (with "wasi:cli/stdout@0.2.12" (instance 5))
      (with "wasi:cli/stderr@0.2.12" (instance 6))
      (with "wasi:clocks/wall-clock@0.2.12" (instance 7))
      (with "wasi:filesystem/types@0.2.12" (instance 8))
      (with "wasi:filesystem/preopens@0.2.12" (instance 9))
    )
  )
  (alias export $front "wasi:cli/run@0.2.12" (instance (;30;)))
  (export (;31;) "wasi:cli/run@0.2.12" (instance 30))
  (@producers
    (processed-by "weld" "0.1.0")
  )
  (@custom "weld" "{\22version\22:1,\22weld\22:\220.1.0\22,\22components\22:[{\22name\22:\22kv\22,\22sha256\22:\2252670685da2aed5474927207f27d48e0825df61ad69de7f8f45e4d6e21027815\22},{\22name\22:\22storygen\22,\22sha256\22:\222cc90b365b5c3396130859ad6b70ba048c0544b36c7ce935bafd45793e1e9301\22},{\22name\22:\22front\22,\22sha256\22:\222d0c70d6f2e9227af350dc52ced6f76e4502870640fca7cd695103ff0311d8da\22}],\22grants\22:[{\22component\22:\22storygen\22,\22grant\22:\22stdout\22,\22value\22:\22ignore\22},{\22component\22:\22storygen\22,\22grant\22:\22wasi:clocks/*\22,\22value\22:\22allow\22},{\22component\22:\22storygen\22,\22grant\22:\22*\22,\22value\22:\22deny (traps: wasi:cli/exit#exit)\22}]}")
)
