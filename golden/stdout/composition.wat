(component $golden:stdout
  (type (;0;)
    (instance
      (type (;0;) (result))
      (type (;1;) (func (param "status" 0)))
      (export (;0;) "exit" (func (type 1)))
    )
  )
  (import "wasi:cli/exit@0.2.6" (instance (;0;) (type 0)))
  (type (;1;)
    (instance
      (export (;0;) "error" (type (sub resource)))
    )
  )
  (import "wasi:io/error@0.2.6" (instance (;1;) (type 1)))
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
  (import "wasi:io/poll@0.2.6" (instance (;2;) (type 2)))
  (alias export 1 "error" (type (;3;)))
  (alias export 2 "pollable" (type (;4;)))
  (type (;5;)
    (instance
      (alias outer $golden:stdout 3 (type (;0;)))
      (export (;1;) "error" (type (eq 0)))
      (export (;2;) "output-stream" (type (sub resource)))
      (type (;3;) (own 1))
      (type (;4;) (variant (case "last-operation-failed" 3) (case "closed")))
      (export (;5;) "stream-error" (type (eq 4)))
      (alias outer $golden:stdout 4 (type (;6;)))
      (export (;7;) "pollable" (type (eq 6)))
      (type (;8;) (borrow 2))
      (type (;9;) (result u64 (error 5)))
      (type (;10;) (func (param "self" 8) (result 9)))
      (export (;0;) "[method]output-stream.check-write" (func (type 10)))
      (type (;11;) (list u8))
      (type (;12;) (result (error 5)))
      (type (;13;) (func (param "self" 8) (param "contents" 11) (result 12)))
      (export (;1;) "[method]output-stream.write" (func (type 13)))
      (type (;14;) (func (param "self" 8) (param "contents" 11) (result 12)))
      (export (;2;) "[method]output-stream.blocking-write-and-flush" (func (type 14)))
      (type (;15;) (func (param "self" 8) (result 12)))
      (export (;3;) "[method]output-stream.blocking-flush" (func (type 15)))
      (type (;16;) (own 7))
      (type (;17;) (func (param "self" 8) (result 16)))
      (export (;4;) "[method]output-stream.subscribe" (func (type 17)))
    )
  )
  (import "wasi:io/streams@0.2.6" (instance (;3;) (type 5)))
  (alias export 3 "output-stream" (type (;6;)))
  (type (;7;)
    (instance
      (alias outer $golden:stdout 6 (type (;0;)))
      (export (;1;) "output-stream" (type (eq 0)))
      (type (;2;) (own 1))
      (type (;3;) (func (result 2)))
      (export (;0;) "get-stdout" (func (type 3)))
    )
  )
  (import "wasi:cli/stdout@0.2.6" (instance (;4;) (type 7)))
  (component $command:adapter (;0;)
    (type (;0;)
      (instance
        (export (;0;) "error" (type (sub resource)))
      )
    )
    (import "wasi:io/error@0.2.6" (instance (;0;) (type 0)))
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
    (import "wasi:io/poll@0.2.6" (instance (;1;) (type 2)))
    (alias export 1 "pollable" (type (;3;)))
    (alias export 1 "poll" (func (;0;)))
    (type (;4;)
      (instance
        (alias outer 1 1 (type (;0;)))
        (export (;1;) "error" (type (eq 0)))
        (export (;2;) "output-stream" (type (sub resource)))
        (type (;3;) (own 1))
        (type (;4;) (variant (case "last-operation-failed" 3) (case "closed")))
        (export (;5;) "stream-error" (type (eq 4)))
        (alias outer 1 3 (type (;6;)))
        (export (;7;) "pollable" (type (eq 6)))
        (type (;8;) (borrow 2))
        (type (;9;) (result u64 (error 5)))
        (type (;10;) (func (param "self" 8) (result 9)))
        (export (;0;) "[method]output-stream.check-write" (func (type 10)))
        (type (;11;) (list u8))
        (type (;12;) (result (error 5)))
        (type (;13;) (func (param "self" 8) (param "contents" 11) (result 12)))
        (export (;1;) "[method]output-stream.write" (func (type 13)))
        (type (;14;) (func (param "self" 8) (param "contents" 11) (result 12)))
        (export (;2;) "[method]output-stream.blocking-write-and-flush" (func (type 14)))
        (type (;15;) (func (param "self" 8) (result 12)))
        (export (;3;) "[method]output-stream.blocking-flush" (func (type 15)))
        (type (;16;) (own 7))
        (type (;17;) (func (param "self" 8) (result 16)))
        (export (;4;) "[method]output-stream.subscribe" (func (type 17)))
      )
    )
    (import "wasi:io/streams@0.2.6" (instance (;2;) (type 4)))
    (alias export 2 "error" (type (;5;)))
    (alias export 2 "output-stream" (type (;6;)))
    (alias export 2 "stream-error" (type (;7;)))
    (alias export 2 "pollable" (type (;8;)))
    (alias export 2 "[method]output-stream.check-write" (func (;1;)))
    (alias export 2 "[method]output-stream.write" (func (;2;)))
    (alias export 2 "[method]output-stream.blocking-write-and-flush" (func (;3;)))
    (alias export 2 "[method]output-stream.blocking-flush" (func (;4;)))
    (alias export 2 "[method]output-stream.subscribe" (func (;5;)))
    (type (;9;)
      (instance
        (alias outer 1 6 (type (;0;)))
        (export (;1;) "output-stream" (type (eq 0)))
        (type (;2;) (own 1))
        (type (;3;) (func (result 2)))
        (export (;0;) "get-stdout" (func (type 3)))
      )
    )
    (import "wasi:cli/stdout@0.2.6" (instance (;3;) (type 9)))
    (alias export 3 "output-stream" (type (;10;)))
    (alias export 3 "get-stdout" (func (;6;)))
    (core module (;0;)
      (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
      (type (;1;) (func (result i32)))
      (memory (;0;) 1)
      (global (;0;) (mut i32) i32.const 17872)
      (global (;1;) (mut i32) i32.const 0)
      (global (;2;) (mut i32) i32.const 17872)
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
        i32.const 17456
      )
      (data (;0;) (i32.const 17456) "\a8\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00")
    )
    (core instance (;0;) (instantiate 0))
    (alias core export 0 "m" (core memory (;0;)))
    (alias core export 0 "r" (core func (;0;)))
    (alias core export 0 "n" (core global (;0;)))
    (alias core export 0 "v" (core global (;1;)))
    (alias core export 0 "f" (core global (;2;)))
    (core module (;1;)
    ) ;; 1610 lines
    (core func (;1;) (canon lower (func 0) (memory 0) (realloc 0)))
    (core func (;2;) (canon resource.drop 3))
    (core instance (;1;)
      (export "memory" (memory 0))
    )
    (alias core export 0 "s" (core func (;3;)))
    (core instance (;2;)
      (export "settings" (func 3))
    )
    (core instance (;3;)
      (export "0" (func 1))
      (export "1" (func 2))
    )
    (core instance (;4;) (instantiate 1
        (with "env" (instance 1))
        (with "weld" (instance 2))
        (with "host" (instance 3))
      )
    )
    (core func (;4;) (canon resource.drop 3))
    (core func (;5;) (canon resource.drop 6))
    (core module (;2;)
      (type (;0;) (func (param i32)))
      (import "i" "h0" (func (;0;) (type 0)))
      (import "i" "h1" (func (;1;) (type 0)))
      (import "i" "v" (global (;0;) (mut i32)))
      (export "0" (func 2))
      (export "1" (func 3))
      (func (;2;) (type 0) (param i32)
        local.get 0
        i32.const 0
        i32.lt_s
        global.get 0
        i32.or
        if ;; label = @1
          return
        end
        local.get 0
        i32.const 1073741824
        i32.and
        i32.eqz
        if ;; label = @1
          local.get 0
          call 0
        end
      )
      (func (;3;) (type 0) (param i32)
        local.get 0
        i32.const 0
        i32.lt_s
        global.get 0
        i32.or
        if ;; label = @1
          return
        end
        local.get 0
        i32.const 1073741824
        i32.and
        i32.eqz
        if ;; label = @1
          local.get 0
          call 1
        end
      )
    )
    (core instance (;5;)
      (export "h0" (func 4))
      (export "h1" (func 5))
      (export "v" (global 1))
    )
    (core instance (;6;) (instantiate 2
        (with "i" (instance 5))
      )
    )
    (alias core export 6 "0" (core func (;6;)))
    (type (;11;) (resource (rep i32) (dtor 6)))
    (type (;12;) (resource (rep i32)))
    (alias core export 6 "1" (core func (;7;)))
    (type (;13;) (resource (rep i32) (dtor 7)))
    (type (;14;) (resource (rep i32)))
    (type (;15;) (resource (rep i32)))
    (type (;16;) (resource (rep i32)))
    (type (;17;) (resource (rep i32)))
    (alias core export 4 "0" (core func (;8;)))
    (core func (;9;) (canon lower (func 0) (memory 0) (realloc 0)))
    (core func (;10;) (canon resource.new 11))
    (core func (;11;) (canon lower (func 1) (memory 0) (realloc 0)))
    (core func (;12;) (canon lower (func 2) (memory 0) (realloc 0)))
    (core func (;13;) (canon lower (func 3) (memory 0) (realloc 0)))
    (core func (;14;) (canon lower (func 4) (memory 0) (realloc 0)))
    (core func (;15;) (canon lower (func 5) (memory 0) (realloc 0)))
    (core func (;16;) (canon resource.new 12))
    (core func (;17;) (canon lower (func 6) (memory 0) (realloc 0)))
    (core func (;18;) (canon resource.new 13))
    (core func (;19;) (canon resource.drop 1))
    (core module (;3;)
      (type (;0;) (func (param i32 i32 i32)))
      (type (;1;) (func (param i32) (result i32)))
      (type (;2;) (func (param i32 i32)))
      (type (;3;) (func (param i32 i32 i32 i32)))
      (type (;4;) (func (result i32)))
      (type (;5;) (func (param i32)))
      (type (;6;) (func (param i32 i32) (result i32)))
      (type (;7;) (func (param i32 i64) (result i32)))
      (type (;8;) (func (param i32 i32 i32) (result i32)))
      (type (;9;) (func (result i64)))
      (type (;10;) (func (param i64) (result i32)))
      (type (;11;) (func (param i32 i32 i32 i32) (result i32)))
      (type (;12;) (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
      (type (;13;) (func (param i32 i32 i32 i32 i32 i32) (result i32)))
      (import "i" "0" (func (;0;) (type 0)))
      (import "i" "1" (func (;1;) (type 0)))
      (import "i" "2" (func (;2;) (type 1)))
      (import "i" "3" (func (;3;) (type 2)))
      (import "i" "4" (func (;4;) (type 3)))
      (import "i" "5" (func (;5;) (type 3)))
      (import "i" "6" (func (;6;) (type 2)))
      (import "i" "7" (func (;7;) (type 1)))
      (import "i" "8" (func (;8;) (type 1)))
      (import "i" "9" (func (;9;) (type 4)))
      (import "i" "10" (func (;10;) (type 1)))
      (import "i" "11" (func (;11;) (type 5)))
      (import "i" "m" (memory (;0;) 1))
      (import "i" "n" (global (;0;) (mut i32)))
      (import "i" "v" (global (;1;) (mut i32)))
      (import "i" "f" (global (;2;) (mut i32)))
      (export "0" (func 12))
      (export "1" (func 13))
      (export "2" (func 14))
      (export "3" (func 15))
      (export "4" (func 16))
      (export "5" (func 17))
      (export "6" (func 18))
      (export "7" (func 19))
      (export "8" (func 20))
      (export "9" (func 21))
      (export "10" (func 22))
      (export "11" (func 23))
      (export "12" (func 24))
      (export "13" (func 25))
      (export "14" (func 26))
      (export "15" (func 27))
      (export "16" (func 28))
      (export "17" (func 29))
      (export "18" (func 30))
      (export "19" (func 31))
      (export "20" (func 32))
      (export "21" (func 33))
      (export "22" (func 34))
      (export "23" (func 35))
      (export "24" (func 36))
      (export "25" (func 37))
      (export "26" (func 38))
      (export "27" (func 39))
      (export "28" (func 40))
      (export "29" (func 41))
      (export "30" (func 42))
      (export "31" (func $"denied: wasi:random/random@0.2.6#get-random-bytes"))
      (export "p" (func 44))
      (func (;12;) (type 4) (result i32)
        i32.const 17600
      )
      (func (;13;) (type 6) (param i32 i32) (result i32)
        (local i32 i32 i32 i32 i32 i32 i32 i32 i32)
        local.get 0
        local.set 5
        local.get 1
        local.set 6
        block ;; label = @1
          loop ;; label = @2
            local.get 6
            i32.eqz
            br_if 1 (;@1;)
            local.get 5
            i32.load
            local.tee 4
            i32.const 0
            i32.lt_s
            if ;; label = @3
              local.get 4
              local.set 2
            else
              local.get 4
              i32.const 1073741824
              i32.and
              if ;; label = @4
                i32.const 1
                local.set 3
              end
            end
            local.get 5
            i32.const 4
            i32.add
            local.set 5
            local.get 6
            i32.const 1
            i32.sub
            local.set 6
            br 0 (;@2;)
          end
        end
        local.get 2
        local.get 3
        i32.or
        if (result i32) ;; label = @1
          local.get 0
          local.get 1
          i32.const 17608
          call 0
          i32.const 17608
          local.set 8
          local.get 8
        else
          local.get 0
          local.get 1
          i32.const 17608
          call 1
          i32.const 17608
          local.set 10
          local.get 10
        end
      )
      (func (;14;) (type 7) (param i32 i64) (result i32)
        i32.const 17616
      )
      (func (;15;) (type 1) (param i32) (result i32)
        i32.const -1
        call 2
      )
      (func (;16;) (type 1) (param i32) (result i32)
        (local i32 i32 i32 i32 i32)
        local.get 0
        local.tee 3
        i32.const 0
        i32.lt_s
        if ;; label = @1
          local.get 3
          local.set 1
        else
          local.get 3
          i32.const 1073741824
          i32.and
          if ;; label = @2
            i32.const -1
            local.set 1
          end
        end
        local.get 1
        if (result i32) ;; label = @1
          i32.const 17632
        else
          local.get 0
          i32.const 17648
          call 3
          i32.const 17648
          local.set 5
          local.get 5
        end
      )
      (func (;17;) (type 8) (param i32 i32 i32) (result i32)
        (local i32 i32 i32 i32 i32)
        local.get 0
        local.tee 5
        i32.const 0
        i32.lt_s
        if ;; label = @1
          local.get 5
          local.set 3
        else
          local.get 5
          i32.const 1073741824
          i32.and
          if ;; label = @2
            i32.const -1
            local.set 3
          end
        end
        local.get 3
        if (result i32) ;; label = @1
          i32.const 17616
        else
          local.get 0
          local.get 1
          local.get 2
          i32.const 17648
          call 4
          i32.const 17648
          local.set 7
          local.get 7
        end
      )
      (func (;18;) (type 8) (param i32 i32 i32) (result i32)
        (local i32 i32 i32 i32 i32)
        local.get 0
        local.tee 5
        i32.const 0
        i32.lt_s
        if ;; label = @1
          local.get 5
          local.set 3
        else
          local.get 5
          i32.const 1073741824
          i32.and
          if ;; label = @2
            i32.const -1
            local.set 3
          end
        end
        local.get 3
        if (result i32) ;; label = @1
          i32.const 17616
        else
          local.get 0
          local.get 1
          local.get 2
          i32.const 17648
          call 5
          i32.const 17648
          local.set 7
          local.get 7
        end
      )
      (func (;19;) (type 1) (param i32) (result i32)
        (local i32 i32 i32 i32 i32)
        local.get 0
        local.tee 3
        i32.const 0
        i32.lt_s
        if ;; label = @1
          local.get 3
          local.set 1
        else
          local.get 3
          i32.const 1073741824
          i32.and
          if ;; label = @2
            i32.const -1
            local.set 1
          end
        end
        local.get 1
        if (result i32) ;; label = @1
          i32.const 17616
        else
          local.get 0
          i32.const 17648
          call 6
          i32.const 17648
          local.set 5
          local.get 5
        end
      )
      (func (;20;) (type 1) (param i32) (result i32)
        (local i32 i32 i32 i32 i32)
        local.get 0
        local.tee 3
        i32.const 0
        i32.lt_s
        if ;; label = @1
          local.get 3
          local.set 1
        else
          local.get 3
          i32.const 1073741824
          i32.and
          if ;; label = @2
            i32.const -1
            local.set 1
          end
        end
        local.get 1
        if (result i32) ;; label = @1
          i32.const -1
          call 2
        else
          local.get 0
          call 7
          local.set 5
          local.get 5
          call 2
          local.set 4
          local.get 4
          local.set 5
          local.get 5
        end
      )
      (func (;21;) (type 4) (result i32)
        i32.const -1
        call 8
      )
      (func (;22;) (type 4) (result i32)
        (local i32 i32)
        call 9
        local.set 1
        local.get 1
        call 10
        local.set 0
        local.get 0
        local.set 1
        local.get 1
      )
      (func (;23;) (type 4) (result i32)
        i32.const -1
        call 10
      )
      (func (;24;) (type 4) (result i32)
        i32.const 17664
      )
      (func (;25;) (type 9) (result i64)
        i64.const 0
      )
      (func (;26;) (type 10) (param i64) (result i32)
        i32.const -1
        call 2
      )
      (func (;27;) (type 4) (result i32)
        i32.const 17672
      )
      (func (;28;) (type 7) (param i32 i64) (result i32)
        i32.const 17688
      )
      (func (;29;) (type 1) (param i32) (result i32)
        i32.const 17688
      )
      (func (;30;) (type 1) (param i32) (result i32)
        i32.const 17696
      )
      (func (;31;) (type 7) (param i32 i64) (result i32)
        i32.const 17696
      )
      (func (;32;) (type 8) (param i32 i32 i32) (result i32)
        global.get 2
        global.set 0
        i32.const 17696
      )
      (func (;33;) (type 1) (param i32) (result i32)
        i32.const 17704
      )
      (func (;34;) (type 11) (param i32 i32 i32 i32) (result i32)
        global.get 2
        global.set 0
        i32.const 17704
      )
      (func (;35;) (type 12) (param i32 i32 i32 i32 i32 i32 i32) (result i32)
        global.get 2
        global.set 0
        i32.const 17696
      )
      (func (;36;) (type 13) (param i32 i32 i32 i32 i32 i32) (result i32)
        global.get 2
        global.set 0
        i32.const 17688
      )
      (func (;37;) (type 8) (param i32 i32 i32) (result i32)
        global.get 2
        global.set 0
        i32.const 17808
      )
      (func (;38;) (type 13) (param i32 i32 i32 i32 i32 i32) (result i32)
        global.get 2
        global.set 0
        i32.const 17696
      )
      (func (;39;) (type 1) (param i32) (result i32)
        i32.const 17824
      )
      (func (;40;) (type 11) (param i32 i32 i32 i32) (result i32)
        global.get 2
        global.set 0
        i32.const 17824
      )
      (func (;41;) (type 1) (param i32) (result i32)
        i32.const 17848
      )
      (func (;42;) (type 1) (param i32) (result i32)
        local.get 0
        call 11
        i32.const 17868
      )
      (func $"denied: wasi:random/random@0.2.6#get-random-bytes" (;43;) (type 10) (param i64) (result i32)
        unreachable
      )
      (func (;44;) (type 5) (param i32)
        global.get 2
        global.set 0
      )
      (data (;0;) (i32.const 17600) "\c0D\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01")
    )
    (core instance (;7;)
      (export "0" (func 8))
      (export "1" (func 9))
      (export "2" (func 10))
      (export "3" (func 11))
      (export "4" (func 12))
      (export "5" (func 13))
      (export "6" (func 14))
      (export "7" (func 15))
      (export "8" (func 16))
      (export "9" (func 17))
      (export "10" (func 18))
      (export "11" (func 19))
      (export "m" (memory 0))
      (export "n" (global 0))
      (export "v" (global 1))
      (export "f" (global 2))
    )
    (core instance (;8;) (instantiate 3
        (with "i" (instance 7))
      )
    )
    (alias core export 8 "0" (core func (;20;)))
    (type (;18;) (tuple string string))
    (type (;19;) (list 18))
    (type (;20;) (func (result 19)))
    (func (;7;) (type 20) (canon lift (core func 20) (memory 0)))
    (type (;21;) (list string))
    (type (;22;) (func (result 21)))
    (func (;8;) (type 22) (canon lift (core func 20) (memory 0)))
    (alias core export 8 "1" (core func (;21;)))
    (type (;23;) (borrow 11))
    (type (;24;) (list 23))
    (type (;25;) (list u32))
    (type (;26;) (func (param "in" 24) (result 25)))
    (alias core export 8 "p" (core func (;22;)))
    (func (;9;) (type 26) (canon lift (core func 21) (memory 0) (realloc 0) (post-return 22)))
    (alias core export 8 "2" (core func (;23;)))
    (type (;27;) (borrow 12))
    (type (;28;) (list u8))
    (type (;29;) (result 28 (error 7)))
    (type (;30;) (func (param "self" 27) (param "len" u64) (result 29)))
    (func (;10;) (type 30) (canon lift (core func 23) (memory 0)))
    (type (;31;) (func (param "self" 27) (param "len" u64) (result 29)))
    (func (;11;) (type 31) (canon lift (core func 23) (memory 0)))
    (alias core export 8 "3" (core func (;24;)))
    (type (;32;) (own 11))
    (type (;33;) (func (param "self" 27) (result 32)))
    (func (;12;) (type 33) (canon lift (core func 24)))
    (alias core export 8 "4" (core func (;25;)))
    (type (;34;) (borrow 13))
    (type (;35;) (result u64 (error 7)))
    (type (;36;) (func (param "self" 34) (result 35)))
    (func (;13;) (type 36) (canon lift (core func 25) (memory 0)))
    (alias core export 8 "5" (core func (;26;)))
    (type (;37;) (result (error 7)))
    (type (;38;) (func (param "self" 34) (param "contents" 28) (result 37)))
    (func (;14;) (type 38) (canon lift (core func 26) (memory 0) (realloc 0) (post-return 22)))
    (alias core export 8 "6" (core func (;27;)))
    (type (;39;) (func (param "self" 34) (param "contents" 28) (result 37)))
    (func (;15;) (type 39) (canon lift (core func 27) (memory 0) (realloc 0) (post-return 22)))
    (alias core export 8 "7" (core func (;28;)))
    (type (;40;) (func (param "self" 34) (result 37)))
    (func (;16;) (type 40) (canon lift (core func 28) (memory 0)))
    (alias core export 8 "8" (core func (;29;)))
    (type (;41;) (func (param "self" 34) (result 32)))
    (func (;17;) (type 41) (canon lift (core func 29)))
    (alias core export 8 "9" (core func (;30;)))
    (type (;42;) (own 12))
    (type (;43;) (func (result 42)))
    (func (;18;) (type 43) (canon lift (core func 30)))
    (alias core export 8 "10" (core func (;31;)))
    (type (;44;) (own 13))
    (type (;45;) (func (result 44)))
    (func (;19;) (type 45) (canon lift (core func 31)))
    (alias core export 8 "11" (core func (;32;)))
    (type (;46;) (own 13))
    (type (;47;) (func (result 46)))
    (func (;20;) (type 47) (canon lift (core func 32)))
    (alias core export 8 "12" (core func (;33;)))
    (type (;48;) (own 14))
    (type (;49;) (option 48))
    (type (;50;) (func (result 49)))
    (func (;21;) (type 50) (canon lift (core func 33) (memory 0)))
    (type (;51;) (own 15))
    (type (;52;) (option 51))
    (type (;53;) (func (result 52)))
    (func (;22;) (type 53) (canon lift (core func 33) (memory 0)))
    (type (;54;) (own 15))
    (type (;55;) (option 54))
    (type (;56;) (func (result 55)))
    (func (;23;) (type 56) (canon lift (core func 33) (memory 0)))
    (alias core export 8 "13" (core func (;34;)))
    (type (;57;) u64)
    (type (;58;) (func (result 57)))
    (func (;24;) (type 58) (canon lift (core func 34)))
    (alias core export 8 "14" (core func (;35;)))
    (type (;59;) (own 11))
    (type (;60;) (func (param "when" 57) (result 59)))
    (func (;25;) (type 60) (canon lift (core func 35)))
    (type (;61;) u64)
    (type (;62;) (func (param "when" 61) (result 59)))
    (func (;26;) (type 62) (canon lift (core func 35)))
    (alias core export 8 "15" (core func (;36;)))
    (type (;63;) (record (field "seconds" u64) (field "nanoseconds" u32)))
    (type (;64;) (func (result 63)))
    (func (;27;) (type 64) (canon lift (core func 36) (memory 0)))
    (alias core export 8 "16" (core func (;37;)))
    (type (;65;) (borrow 17))
    (type (;66;) u64)
    (type (;67;) (own 12))
    (type (;68;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
    (type (;69;) (result 67 (error 68)))
    (type (;70;) (func (param "self" 65) (param "offset" 66) (result 69)))
    (func (;28;) (type 70) (canon lift (core func 37) (memory 0)))
    (type (;71;) (own 13))
    (type (;72;) (result 71 (error 68)))
    (type (;73;) (func (param "self" 65) (param "offset" 66) (result 72)))
    (func (;29;) (type 73) (canon lift (core func 37) (memory 0)))
    (alias core export 8 "17" (core func (;38;)))
    (type (;74;) (func (param "self" 65) (result 72)))
    (func (;30;) (type 74) (canon lift (core func 38) (memory 0)))
    (alias core export 8 "18" (core func (;39;)))
    (type (;75;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
    (type (;76;) (result 75 (error 68)))
    (type (;77;) (func (param "self" 65) (result 76)))
    (func (;31;) (type 77) (canon lift (core func 39) (memory 0)))
    (type (;78;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
    (type (;79;) (result 78 (error 68)))
    (type (;80;) (func (param "self" 65) (result 79)))
    (func (;32;) (type 80) (canon lift (core func 39) (memory 0)))
    (alias core export 8 "19" (core func (;40;)))
    (type (;81;) (result (error 68)))
    (type (;82;) (func (param "self" 65) (param "size" 66) (result 81)))
    (func (;33;) (type 82) (canon lift (core func 40) (memory 0)))
    (type (;83;) (own 16))
    (type (;84;) (result 83 (error 68)))
    (type (;85;) (func (param "self" 65) (result 84)))
    (func (;34;) (type 85) (canon lift (core func 38) (memory 0)))
    (alias core export 8 "20" (core func (;41;)))
    (type (;86;) (func (param "self" 65) (param "path" string) (result 81)))
    (func (;35;) (type 86) (canon lift (core func 41) (memory 0) (realloc 0)))
    (alias core export 8 "21" (core func (;42;)))
    (type (;87;) u64)
    (type (;88;) (record (field "seconds" u64) (field "nanoseconds" u32)))
    (type (;89;) (option 88))
    (type (;90;) (record (field "type" 78) (field "link-count" 87) (field "size" 66) (field "data-access-timestamp" 89) (field "data-modification-timestamp" 89) (field "status-change-timestamp" 89)))
    (type (;91;) (result 90 (error 68)))
    (type (;92;) (func (param "self" 65) (result 91)))
    (func (;36;) (type 92) (canon lift (core func 42) (memory 0)))
    (alias core export 8 "22" (core func (;43;)))
    (type (;93;) (flags "symlink-follow"))
    (type (;94;) (func (param "self" 65) (param "path-flags" 93) (param "path" string) (result 91)))
    (func (;37;) (type 94) (canon lift (core func 43) (memory 0) (realloc 0)))
    (alias core export 8 "23" (core func (;44;)))
    (type (;95;) (func (param "self" 65) (param "old-path-flags" 93) (param "old-path" string) (param "new-descriptor" 65) (param "new-path" string) (result 81)))
    (func (;38;) (type 95) (canon lift (core func 44) (memory 0) (realloc 0)))
    (alias core export 8 "24" (core func (;45;)))
    (type (;96;) (flags "create" "directory" "exclusive" "truncate"))
    (type (;97;) (own 17))
    (type (;98;) (result 97 (error 68)))
    (type (;99;) (func (param "self" 65) (param "path-flags" 93) (param "path" string) (param "open-flags" 96) (param "flags" 75) (result 98)))
    (func (;39;) (type 99) (canon lift (core func 45) (memory 0) (realloc 0)))
    (alias core export 8 "25" (core func (;46;)))
    (type (;100;) (result string (error 68)))
    (type (;101;) (func (param "self" 65) (param "path" string) (result 100)))
    (func (;40;) (type 101) (canon lift (core func 46) (memory 0) (realloc 0)))
    (type (;102;) (func (param "self" 65) (param "path" string) (result 81)))
    (func (;41;) (type 102) (canon lift (core func 41) (memory 0) (realloc 0)))
    (alias core export 8 "26" (core func (;47;)))
    (type (;103;) (func (param "self" 65) (param "old-path" string) (param "new-descriptor" 65) (param "new-path" string) (result 81)))
    (func (;42;) (type 103) (canon lift (core func 47) (memory 0) (realloc 0)))
    (type (;104;) (func (param "self" 65) (param "path" string) (result 81)))
    (func (;43;) (type 104) (canon lift (core func 41) (memory 0) (realloc 0)))
    (alias core export 8 "27" (core func (;48;)))
    (type (;105;) (record (field "lower" u64) (field "upper" u64)))
    (type (;106;) (result 105 (error 68)))
    (type (;107;) (func (param "self" 65) (result 106)))
    (func (;44;) (type 107) (canon lift (core func 48) (memory 0)))
    (alias core export 8 "28" (core func (;49;)))
    (type (;108;) (func (param "self" 65) (param "path-flags" 93) (param "path" string) (result 106)))
    (func (;45;) (type 108) (canon lift (core func 49) (memory 0) (realloc 0)))
    (alias core export 8 "29" (core func (;50;)))
    (type (;109;) (borrow 16))
    (type (;110;) (record (field "type" 78) (field "name" string)))
    (type (;111;) (option 110))
    (type (;112;) (result 111 (error 68)))
    (type (;113;) (func (param "self" 109) (result 112)))
    (func (;46;) (type 113) (canon lift (core func 50) (memory 0)))
    (alias core export 8 "30" (core func (;51;)))
    (type (;114;) (borrow 1))
    (type (;115;) (option 68))
    (type (;116;) (func (param "err" 114) (result 115)))
    (func (;47;) (type 116) (canon lift (core func 51) (memory 0)))
    (type (;117;) (own 17))
    (type (;118;) (tuple 117 string))
    (type (;119;) (list 118))
    (type (;120;) (func (result 119)))
    (func (;48;) (type 120) (canon lift (core func 20) (memory 0)))
    (alias core export 8 "31" (core func (;52;)))
    (type (;121;) (list u8))
    (type (;122;) (func (param "len" u64) (result 121)))
    (func (;49;) (type 122) (canon lift (core func 52) (memory 0)))
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
    (instance (;4;) (instantiate 0
        (with "f0" (func 7))
        (with "f1" (func 8))
      )
    )
    (export (;5;) "wasi:cli/environment@0.2.6" (instance 4))
    (component (;1;)
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
    (instance (;6;) (instantiate 1
        (with "t0" (type 11))
        (with "f0" (func 9))
      )
    )
    (export (;7;) "wasi:io/poll@0.2.6" (instance 6))
    (alias export 7 "pollable" (type (;123;)))
    (component (;2;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "error" (type 0))
      (import "t1" (type (;2;) (sub resource)))
      (export (;3;) "input-stream" (type 2))
      (import "t2" (type (;4;) (sub resource)))
      (export (;5;) "output-stream" (type 4))
      (type (;6;) (own 0))
      (type (;7;) (variant (case "last-operation-failed" 6) (case "closed")))
      (import "t3" (type (;8;) (eq 7)))
      (export (;9;) "stream-error" (type 8))
      (import "t4" (type (;10;) (sub resource)))
      (export (;11;) "pollable" (type 10))
      (type (;12;) (borrow 2))
      (type (;13;) (list u8))
      (type (;14;) (result 13 (error 8)))
      (type (;15;) (func (param "self" 12) (param "len" u64) (result 14)))
      (import "f0" (func (;0;) (type 15)))
      (type (;16;) (borrow 3))
      (type (;17;) (list u8))
      (type (;18;) (result 17 (error 9)))
      (type (;19;) (func (param "self" 16) (param "len" u64) (result 18)))
      (export (;1;) "[method]input-stream.read" (func 0) (func (type 19)))
      (type (;20;) (func (param "self" 12) (param "len" u64) (result 14)))
      (import "f1" (func (;2;) (type 20)))
      (type (;21;) (func (param "self" 16) (param "len" u64) (result 18)))
      (export (;3;) "[method]input-stream.blocking-read" (func 2) (func (type 21)))
      (type (;22;) (own 10))
      (type (;23;) (func (param "self" 12) (result 22)))
      (import "f2" (func (;4;) (type 23)))
      (type (;24;) (own 11))
      (type (;25;) (func (param "self" 16) (result 24)))
      (export (;5;) "[method]input-stream.subscribe" (func 4) (func (type 25)))
      (type (;26;) (borrow 4))
      (type (;27;) (result u64 (error 8)))
      (type (;28;) (func (param "self" 26) (result 27)))
      (import "f3" (func (;6;) (type 28)))
      (type (;29;) (borrow 5))
      (type (;30;) (result u64 (error 9)))
      (type (;31;) (func (param "self" 29) (result 30)))
      (export (;7;) "[method]output-stream.check-write" (func 6) (func (type 31)))
      (type (;32;) (result (error 8)))
      (type (;33;) (func (param "self" 26) (param "contents" 13) (result 32)))
      (import "f4" (func (;8;) (type 33)))
      (type (;34;) (result (error 9)))
      (type (;35;) (func (param "self" 29) (param "contents" 17) (result 34)))
      (export (;9;) "[method]output-stream.write" (func 8) (func (type 35)))
      (type (;36;) (func (param "self" 26) (param "contents" 13) (result 32)))
      (import "f5" (func (;10;) (type 36)))
      (type (;37;) (func (param "self" 29) (param "contents" 17) (result 34)))
      (export (;11;) "[method]output-stream.blocking-write-and-flush" (func 10) (func (type 37)))
      (type (;38;) (func (param "self" 26) (result 32)))
      (import "f6" (func (;12;) (type 38)))
      (type (;39;) (func (param "self" 29) (result 34)))
      (export (;13;) "[method]output-stream.blocking-flush" (func 12) (func (type 39)))
      (type (;40;) (func (param "self" 26) (result 22)))
      (import "f7" (func (;14;) (type 40)))
      (type (;41;) (func (param "self" 29) (result 24)))
      (export (;15;) "[method]output-stream.subscribe" (func 14) (func (type 41)))
    )
    (instance (;8;) (instantiate 2
        (with "t0" (type 5))
        (with "t1" (type 12))
        (with "t2" (type 13))
        (with "t3" (type 7))
        (with "t4" (type 123))
        (with "f0" (func 10))
        (with "f1" (func 11))
        (with "f2" (func 12))
        (with "f3" (func 13))
        (with "f4" (func 14))
        (with "f5" (func 15))
        (with "f6" (func 16))
        (with "f7" (func 17))
      )
    )
    (export (;9;) "wasi:io/streams@0.2.6" (instance 8))
    (alias export 9 "error" (type (;124;)))
    (alias export 9 "input-stream" (type (;125;)))
    (alias export 9 "output-stream" (type (;126;)))
    (alias export 9 "stream-error" (type (;127;)))
    (component (;3;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "input-stream" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (func (result 2)))
      (import "f0" (func (;0;) (type 3)))
      (type (;4;) (own 1))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-stdin" (func 0) (func (type 5)))
    )
    (instance (;10;) (instantiate 3
        (with "t0" (type 125))
        (with "f0" (func 18))
      )
    )
    (export (;11;) "wasi:cli/stdin@0.2.6" (instance 10))
    (component (;4;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "output-stream" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (func (result 2)))
      (import "f0" (func (;0;) (type 3)))
      (type (;4;) (own 1))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-stdout" (func 0) (func (type 5)))
    )
    (instance (;12;) (instantiate 4
        (with "t0" (type 126))
        (with "f0" (func 19))
      )
    )
    (export (;13;) "wasi:cli/stdout@0.2.6" (instance 12))
    (component (;5;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "output-stream" (type 0))
      (type (;2;) (own 0))
      (type (;3;) (func (result 2)))
      (import "f0" (func (;0;) (type 3)))
      (type (;4;) (own 1))
      (type (;5;) (func (result 4)))
      (export (;1;) "get-stderr" (func 0) (func (type 5)))
    )
    (instance (;14;) (instantiate 5
        (with "t0" (type 126))
        (with "f0" (func 20))
      )
    )
    (export (;15;) "wasi:cli/stderr@0.2.6" (instance 14))
    (component (;6;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-input" (type 0))
    )
    (instance (;16;) (instantiate 6
        (with "t0" (type 14))
      )
    )
    (export (;17;) "wasi:cli/terminal-input@0.2.6" (instance 16))
    (alias export 17 "terminal-input" (type (;128;)))
    (component (;7;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-output" (type 0))
    )
    (instance (;18;) (instantiate 7
        (with "t0" (type 15))
      )
    )
    (export (;19;) "wasi:cli/terminal-output@0.2.6" (instance 18))
    (alias export 19 "terminal-output" (type (;129;)))
    (component (;8;)
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
    (instance (;20;) (instantiate 8
        (with "t0" (type 128))
        (with "f0" (func 21))
      )
    )
    (export (;21;) "wasi:cli/terminal-stdin@0.2.6" (instance 20))
    (component (;9;)
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
    (instance (;22;) (instantiate 9
        (with "t0" (type 129))
        (with "f0" (func 22))
      )
    )
    (export (;23;) "wasi:cli/terminal-stdout@0.2.6" (instance 22))
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
      (export (;1;) "get-terminal-stderr" (func 0) (func (type 7)))
    )
    (instance (;24;) (instantiate 10
        (with "t0" (type 129))
        (with "f0" (func 23))
      )
    )
    (export (;25;) "wasi:cli/terminal-stderr@0.2.6" (instance 24))
    (component (;11;)
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
    (instance (;26;) (instantiate 11
        (with "t0" (type 57))
        (with "t1" (type 61))
        (with "t2" (type 123))
        (with "f0" (func 24))
        (with "f1" (func 25))
        (with "f2" (func 26))
      )
    )
    (export (;27;) "wasi:clocks/monotonic-clock@0.2.6" (instance 26))
    (alias export 27 "instant" (type (;130;)))
    (alias export 27 "duration" (type (;131;)))
    (component (;12;)
      (type (;0;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (import "t0" (type (;1;) (eq 0)))
      (type (;2;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (export (;3;) "datetime" (type 2))
      (type (;4;) (func (result 1)))
      (import "f0" (func (;0;) (type 4)))
      (type (;5;) (func (result 3)))
      (export (;1;) "now" (func 0) (func (type 5)))
    )
    (instance (;28;) (instantiate 12
        (with "t0" (type 63))
        (with "f0" (func 27))
      )
    )
    (export (;29;) "wasi:clocks/wall-clock@0.2.6" (instance 28))
    (alias export 29 "datetime" (type (;132;)))
    (component (;13;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "directory-entry-stream" (type 0))
      (type (;2;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
      (import "t1" (type (;3;) (eq 2)))
      (type (;4;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
      (export (;5;) "descriptor-type" (type 4))
      (type (;6;) (record (field "type" 3) (field "name" string)))
      (import "t2" (type (;7;) (eq 6)))
      (type (;8;) (record (field "type" 5) (field "name" string)))
      (export (;9;) "directory-entry" (type 8))
      (type (;10;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
      (import "t3" (type (;11;) (eq 10)))
      (type (;12;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
      (export (;13;) "error-code" (type 12))
      (import "t4" (type (;14;) (sub resource)))
      (export (;15;) "error" (type 14))
      (import "t5" (type (;16;) (sub resource)))
      (export (;17;) "descriptor" (type 16))
      (type (;18;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
      (import "t6" (type (;19;) (eq 18)))
      (type (;20;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
      (export (;21;) "descriptor-flags" (type 20))
      (type (;22;) u64)
      (import "t7" (type (;23;) (eq 22)))
      (type (;24;) u64)
      (export (;25;) "filesize" (type 24))
      (type (;26;) (flags "symlink-follow"))
      (import "t8" (type (;27;) (eq 26)))
      (type (;28;) (flags "symlink-follow"))
      (export (;29;) "path-flags" (type 28))
      (type (;30;) u64)
      (import "t9" (type (;31;) (eq 30)))
      (type (;32;) u64)
      (export (;33;) "link-count" (type 32))
      (type (;34;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (import "t10" (type (;35;) (eq 34)))
      (export (;36;) "datetime" (type 35))
      (type (;37;) (option 35))
      (type (;38;) (record (field "type" 3) (field "link-count" 31) (field "size" 23) (field "data-access-timestamp" 37) (field "data-modification-timestamp" 37) (field "status-change-timestamp" 37)))
      (import "t11" (type (;39;) (eq 38)))
      (type (;40;) (option 36))
      (type (;41;) (record (field "type" 5) (field "link-count" 33) (field "size" 25) (field "data-access-timestamp" 40) (field "data-modification-timestamp" 40) (field "status-change-timestamp" 40)))
      (export (;42;) "descriptor-stat" (type 41))
      (type (;43;) (flags "create" "directory" "exclusive" "truncate"))
      (import "t12" (type (;44;) (eq 43)))
      (type (;45;) (flags "create" "directory" "exclusive" "truncate"))
      (export (;46;) "open-flags" (type 45))
      (import "t13" (type (;47;) (sub resource)))
      (export (;48;) "input-stream" (type 47))
      (import "t14" (type (;49;) (sub resource)))
      (export (;50;) "output-stream" (type 49))
      (type (;51;) (record (field "lower" u64) (field "upper" u64)))
      (import "t15" (type (;52;) (eq 51)))
      (type (;53;) (record (field "lower" u64) (field "upper" u64)))
      (export (;54;) "metadata-hash-value" (type 53))
      (type (;55;) (borrow 16))
      (type (;56;) (own 47))
      (type (;57;) (result 56 (error 11)))
      (type (;58;) (func (param "self" 55) (param "offset" 23) (result 57)))
      (import "f0" (func (;0;) (type 58)))
      (type (;59;) (borrow 17))
      (type (;60;) (own 48))
      (type (;61;) (result 60 (error 13)))
      (type (;62;) (func (param "self" 59) (param "offset" 25) (result 61)))
      (export (;1;) "[method]descriptor.read-via-stream" (func 0) (func (type 62)))
      (type (;63;) (own 49))
      (type (;64;) (result 63 (error 11)))
      (type (;65;) (func (param "self" 55) (param "offset" 23) (result 64)))
      (import "f1" (func (;2;) (type 65)))
      (type (;66;) (own 50))
      (type (;67;) (result 66 (error 13)))
      (type (;68;) (func (param "self" 59) (param "offset" 25) (result 67)))
      (export (;3;) "[method]descriptor.write-via-stream" (func 2) (func (type 68)))
      (type (;69;) (func (param "self" 55) (result 64)))
      (import "f2" (func (;4;) (type 69)))
      (type (;70;) (func (param "self" 59) (result 67)))
      (export (;5;) "[method]descriptor.append-via-stream" (func 4) (func (type 70)))
      (type (;71;) (result 19 (error 11)))
      (type (;72;) (func (param "self" 55) (result 71)))
      (import "f3" (func (;6;) (type 72)))
      (type (;73;) (result 21 (error 13)))
      (type (;74;) (func (param "self" 59) (result 73)))
      (export (;7;) "[method]descriptor.get-flags" (func 6) (func (type 74)))
      (type (;75;) (result 3 (error 11)))
      (type (;76;) (func (param "self" 55) (result 75)))
      (import "f4" (func (;8;) (type 76)))
      (type (;77;) (result 5 (error 13)))
      (type (;78;) (func (param "self" 59) (result 77)))
      (export (;9;) "[method]descriptor.get-type" (func 8) (func (type 78)))
      (type (;79;) (result (error 11)))
      (type (;80;) (func (param "self" 55) (param "size" 23) (result 79)))
      (import "f5" (func (;10;) (type 80)))
      (type (;81;) (result (error 13)))
      (type (;82;) (func (param "self" 59) (param "size" 25) (result 81)))
      (export (;11;) "[method]descriptor.set-size" (func 10) (func (type 82)))
      (type (;83;) (own 0))
      (type (;84;) (result 83 (error 11)))
      (type (;85;) (func (param "self" 55) (result 84)))
      (import "f6" (func (;12;) (type 85)))
      (type (;86;) (own 1))
      (type (;87;) (result 86 (error 13)))
      (type (;88;) (func (param "self" 59) (result 87)))
      (export (;13;) "[method]descriptor.read-directory" (func 12) (func (type 88)))
      (type (;89;) (func (param "self" 55) (param "path" string) (result 79)))
      (import "f7" (func (;14;) (type 89)))
      (type (;90;) (func (param "self" 59) (param "path" string) (result 81)))
      (export (;15;) "[method]descriptor.create-directory-at" (func 14) (func (type 90)))
      (type (;91;) (result 39 (error 11)))
      (type (;92;) (func (param "self" 55) (result 91)))
      (import "f8" (func (;16;) (type 92)))
      (type (;93;) (result 42 (error 13)))
      (type (;94;) (func (param "self" 59) (result 93)))
      (export (;17;) "[method]descriptor.stat" (func 16) (func (type 94)))
      (type (;95;) (func (param "self" 55) (param "path-flags" 27) (param "path" string) (result 91)))
      (import "f9" (func (;18;) (type 95)))
      (type (;96;) (func (param "self" 59) (param "path-flags" 29) (param "path" string) (result 93)))
      (export (;19;) "[method]descriptor.stat-at" (func 18) (func (type 96)))
      (type (;97;) (func (param "self" 55) (param "old-path-flags" 27) (param "old-path" string) (param "new-descriptor" 55) (param "new-path" string) (result 79)))
      (import "f10" (func (;20;) (type 97)))
      (type (;98;) (func (param "self" 59) (param "old-path-flags" 29) (param "old-path" string) (param "new-descriptor" 59) (param "new-path" string) (result 81)))
      (export (;21;) "[method]descriptor.link-at" (func 20) (func (type 98)))
      (type (;99;) (own 16))
      (type (;100;) (result 99 (error 11)))
      (type (;101;) (func (param "self" 55) (param "path-flags" 27) (param "path" string) (param "open-flags" 44) (param "flags" 19) (result 100)))
      (import "f11" (func (;22;) (type 101)))
      (type (;102;) (own 17))
      (type (;103;) (result 102 (error 13)))
      (type (;104;) (func (param "self" 59) (param "path-flags" 29) (param "path" string) (param "open-flags" 46) (param "flags" 21) (result 103)))
      (export (;23;) "[method]descriptor.open-at" (func 22) (func (type 104)))
      (type (;105;) (result string (error 11)))
      (type (;106;) (func (param "self" 55) (param "path" string) (result 105)))
      (import "f12" (func (;24;) (type 106)))
      (type (;107;) (result string (error 13)))
      (type (;108;) (func (param "self" 59) (param "path" string) (result 107)))
      (export (;25;) "[method]descriptor.readlink-at" (func 24) (func (type 108)))
      (type (;109;) (func (param "self" 55) (param "path" string) (result 79)))
      (import "f13" (func (;26;) (type 109)))
      (type (;110;) (func (param "self" 59) (param "path" string) (result 81)))
      (export (;27;) "[method]descriptor.remove-directory-at" (func 26) (func (type 110)))
      (type (;111;) (func (param "self" 55) (param "old-path" string) (param "new-descriptor" 55) (param "new-path" string) (result 79)))
      (import "f14" (func (;28;) (type 111)))
      (type (;112;) (func (param "self" 59) (param "old-path" string) (param "new-descriptor" 59) (param "new-path" string) (result 81)))
      (export (;29;) "[method]descriptor.rename-at" (func 28) (func (type 112)))
      (type (;113;) (func (param "self" 55) (param "path" string) (result 79)))
      (import "f15" (func (;30;) (type 113)))
      (type (;114;) (func (param "self" 59) (param "path" string) (result 81)))
      (export (;31;) "[method]descriptor.unlink-file-at" (func 30) (func (type 114)))
      (type (;115;) (result 52 (error 11)))
      (type (;116;) (func (param "self" 55) (result 115)))
      (import "f16" (func (;32;) (type 116)))
      (type (;117;) (result 54 (error 13)))
      (type (;118;) (func (param "self" 59) (result 117)))
      (export (;33;) "[method]descriptor.metadata-hash" (func 32) (func (type 118)))
      (type (;119;) (func (param "self" 55) (param "path-flags" 27) (param "path" string) (result 115)))
      (import "f17" (func (;34;) (type 119)))
      (type (;120;) (func (param "self" 59) (param "path-flags" 29) (param "path" string) (result 117)))
      (export (;35;) "[method]descriptor.metadata-hash-at" (func 34) (func (type 120)))
      (type (;121;) (borrow 0))
      (type (;122;) (option 7))
      (type (;123;) (result 122 (error 11)))
      (type (;124;) (func (param "self" 121) (result 123)))
      (import "f18" (func (;36;) (type 124)))
      (type (;125;) (borrow 1))
      (type (;126;) (option 9))
      (type (;127;) (result 126 (error 13)))
      (type (;128;) (func (param "self" 125) (result 127)))
      (export (;37;) "[method]directory-entry-stream.read-directory-entry" (func 36) (func (type 128)))
      (type (;129;) (borrow 14))
      (type (;130;) (option 11))
      (type (;131;) (func (param "err" 129) (result 130)))
      (import "f19" (func (;38;) (type 131)))
      (type (;132;) (borrow 15))
      (type (;133;) (option 13))
      (type (;134;) (func (param "err" 132) (result 133)))
      (export (;39;) "filesystem-error-code" (func 38) (func (type 134)))
    )
    (instance (;30;) (instantiate 13
        (with "t0" (type 16))
        (with "t1" (type 78))
        (with "t2" (type 110))
        (with "t3" (type 68))
        (with "t4" (type 124))
        (with "t5" (type 17))
        (with "t6" (type 75))
        (with "t7" (type 66))
        (with "t8" (type 93))
        (with "t9" (type 87))
        (with "t10" (type 132))
        (with "t11" (type 90))
        (with "t12" (type 96))
        (with "t13" (type 125))
        (with "t14" (type 126))
        (with "t15" (type 105))
        (with "f0" (func 28))
        (with "f1" (func 29))
        (with "f2" (func 30))
        (with "f3" (func 31))
        (with "f4" (func 32))
        (with "f5" (func 33))
        (with "f6" (func 34))
        (with "f7" (func 35))
        (with "f8" (func 36))
        (with "f9" (func 37))
        (with "f10" (func 38))
        (with "f11" (func 39))
        (with "f12" (func 40))
        (with "f13" (func 41))
        (with "f14" (func 42))
        (with "f15" (func 43))
        (with "f16" (func 44))
        (with "f17" (func 45))
        (with "f18" (func 46))
        (with "f19" (func 47))
      )
    )
    (export (;31;) "wasi:filesystem/types@0.2.6" (instance 30))
    (alias export 31 "directory-entry-stream" (type (;133;)))
    (alias export 31 "descriptor-type" (type (;134;)))
    (alias export 31 "directory-entry" (type (;135;)))
    (alias export 31 "error-code" (type (;136;)))
    (alias export 31 "descriptor" (type (;137;)))
    (alias export 31 "descriptor-flags" (type (;138;)))
    (alias export 31 "filesize" (type (;139;)))
    (alias export 31 "path-flags" (type (;140;)))
    (alias export 31 "link-count" (type (;141;)))
    (alias export 31 "descriptor-stat" (type (;142;)))
    (alias export 31 "open-flags" (type (;143;)))
    (alias export 31 "metadata-hash-value" (type (;144;)))
    (component (;14;)
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
    (instance (;32;) (instantiate 14
        (with "t0" (type 137))
        (with "f0" (func 48))
      )
    )
    (export (;33;) "wasi:filesystem/preopens@0.2.6" (instance 32))
    (component (;15;)
      (type (;0;) (list u8))
      (type (;1;) (func (param "len" u64) (result 0)))
      (import "f0" (func (;0;) (type 1)))
      (type (;2;) (list u8))
      (type (;3;) (func (param "len" u64) (result 2)))
      (export (;1;) "get-random-bytes" (func 0) (func (type 3)))
    )
    (instance (;34;) (instantiate 15
        (with "f0" (func 49))
      )
    )
    (export (;35;) "wasi:random/random@0.2.6" (instance 34))
  )
  (instance $command:adapter (;5;) (instantiate $command:adapter
      (with "wasi:io/error@0.2.6" (instance 1))
      (with "wasi:io/poll@0.2.6" (instance 2))
      (with "wasi:io/streams@0.2.6" (instance 3))
      (with "wasi:cli/stdout@0.2.6" (instance 4))
    )
  )
  (component $command (;1;)
  ) ;; the 53321 lines of what was given
  (alias export $command:adapter "wasi:cli/environment@0.2.6" (instance (;6;)))
  (alias export $command:adapter "wasi:io/poll@0.2.6" (instance (;7;)))
  (alias export $command:adapter "wasi:io/streams@0.2.6" (instance (;8;)))
  (alias export $command:adapter "wasi:cli/stdin@0.2.6" (instance (;9;)))
  (alias export $command:adapter "wasi:cli/stdout@0.2.6" (instance (;10;)))
  (alias export $command:adapter "wasi:cli/stderr@0.2.6" (instance (;11;)))
  (alias export $command:adapter "wasi:cli/terminal-input@0.2.6" (instance (;12;)))
  (alias export $command:adapter "wasi:cli/terminal-output@0.2.6" (instance (;13;)))
  (alias export $command:adapter "wasi:cli/terminal-stdin@0.2.6" (instance (;14;)))
  (alias export $command:adapter "wasi:cli/terminal-stdout@0.2.6" (instance (;15;)))
  (alias export $command:adapter "wasi:cli/terminal-stderr@0.2.6" (instance (;16;)))
  (alias export $command:adapter "wasi:clocks/monotonic-clock@0.2.6" (instance (;17;)))
  (alias export $command:adapter "wasi:clocks/wall-clock@0.2.6" (instance (;18;)))
  (alias export $command:adapter "wasi:filesystem/types@0.2.6" (instance (;19;)))
  (alias export $command:adapter "wasi:filesystem/preopens@0.2.6" (instance (;20;)))
  (alias export $command:adapter "wasi:random/random@0.2.6" (instance (;21;)))
  (instance $command (;22;) (instantiate $command
      (with "wasi:cli/environment@0.2.6" (instance 6))
      (with "wasi:cli/exit@0.2.6" (instance 0))
      (with "wasi:io/error@0.2.6" (instance 1))
      (with "wasi:io/poll@0.2.6" (instance 7))
      (with "wasi:io/streams@0.2.6" (instance 8))
      (with "wasi:cli/stdin@0.2.6" (instance 9))
      (with "wasi:cli/stdout@0.2.6" (instance 10))
      (with "wasi:cli/stderr@0.2.6" (instance 11))
      (with "wasi:cli/terminal-input@0.2.6" (instance 12))
      (with "wasi:cli/terminal-output@0.2.6" (instance 13))
      (with "wasi:cli/terminal-stdin@0.2.6" (instance 14))
      (with "wasi:cli/terminal-stdout@0.2.6" (instance 15))
      (with "wasi:cli/terminal-stderr@0.2.6" (instance 16))
      (with "wasi:clocks/monotonic-clock@0.2.6" (instance 17))
      (with "wasi:clocks/wall-clock@0.2.6" (instance 18))
      (with "wasi:filesystem/types@0.2.6" (instance 19))
      (with "wasi:filesystem/preopens@0.2.6" (instance 20))
      (with "wasi:random/random@0.2.6" (instance 21))
    )
  )
  (alias export $command "wasi:cli/run@0.2.6" (instance (;23;)))
  (export (;24;) "wasi:cli/run@0.2.6" (instance 23))
  (@producers
    (processed-by "weld" "0.1.0")
  )
  (@custom "weld" "{\22version\22:1,\22weld\22:\220.1.0\22,\22components\22:[{\22name\22:\22command\22,\22sha256\22:\223507980fd27b1bc7aa7e5a1812540cb9625d9b18ff79790b1b4e5adc31369b7e\22}],\22grants\22:[{\22component\22:\22command\22,\22grant\22:\22exit\22,\22value\22:\22allow\22},{\22component\22:\22command\22,\22grant\22:\22stdout\22,\22value\22:\22allow\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/poll#poll\22,\22value\22:\22kept (pollable from wasi:io/streams#[method]output-stream.subscribe)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.blocking-flush\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.blocking-write-and-flush\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.check-write\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.subscribe\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.write\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22*\22,\22value\22:\22deny (traps: wasi:random/random#get-random-bytes)\22}]}")
)
