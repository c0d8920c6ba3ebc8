(component $golden:settings
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
      (alias outer $golden:settings 2 (type (;0;)))
      (export (;1;) "error" (type (eq 0)))
      (export (;2;) "output-stream" (type (sub resource)))
      (type (;3;) (own 1))
      (type (;4;) (variant (case "last-operation-failed" 3) (case "closed")))
      (export (;5;) "stream-error" (type (eq 4)))
      (alias outer $golden:settings 3 (type (;6;)))
      (export (;7;) "pollable" (type (eq 6)))
      (type (;8;) (borrow 2))
      (type (;9;) (result u64 (error 5)))
      (type (;10;) (func (param "self" 8) (result 9)))
      (export (;0;) "[method]output-stream.check-write" (func (type 10)))
      (type (;11;) (list u8))
      (type (;12;) (result (error 5)))
      (type (;13;) (func (param "self" 8) (param "contents" 11) (result 12)))
      (export (;1;) "[method]output-stream.write" (func (type 13)))
      (export (;2;) "[method]output-stream.blocking-write-and-flush" (func (type 13)))
      (type (;14;) (func (param "self" 8) (result 12)))
      (export (;3;) "[method]output-stream.blocking-flush" (func (type 14)))
      (type (;15;) (own 7))
      (type (;16;) (func (param "self" 8) (result 15)))
      (export (;4;) "[method]output-stream.subscribe" (func (type 16)))
    )
  )
  (import "wasi:io/streams@0.2.12" (instance (;2;) (type 4)))
  (alias export 2 "output-stream" (type (;5;)))
  (type (;6;)
    (instance
      (alias outer $golden:settings 5 (type (;0;)))
      (export (;1;) "output-stream" (type (eq 0)))
      (type (;2;) (own 1))
      (type (;3;) (func (result 2)))
      (export (;0;) "get-stdout" (func (type 3)))
    )
  )
  (import "wasi:cli/stdout@0.2.12" (instance (;3;) (type 6)))
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
        (export (;2;) "[method]output-stream.blocking-write-and-flush" (func (type 13)))
        (type (;14;) (func (param "self" 8) (result 12)))
        (export (;3;) "[method]output-stream.blocking-flush" (func (type 14)))
        (type (;15;) (own 7))
        (type (;16;) (func (param "self" 8) (result 15)))
        (export (;4;) "[method]output-stream.subscribe" (func (type 16)))
      )
    )
    (import "wasi:io/streams@0.2.12" (instance (;2;) (type 4)))
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
    (import "wasi:cli/stdout@0.2.12" (instance (;3;) (type 9)))
    (alias export 3 "output-stream" (type (;10;)))
    (alias export 3 "get-stdout" (func (;6;)))
    (core module (;0;)
      (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
      (type (;1;) (func (result i32)))
      (memory (;0;) 1)
      (global (;0;) (mut i32) i32.const 18704)
      (global (;1;) (mut i32) i32.const 0)
      (global (;2;) (mut i32) i32.const 18704)
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
        i32.const 18280
      )
      (data (;0;) (i32.const 17952) "GREETINGhello, worldLANGC\00\00\00\00\00\00\00 F\00\00\08\00\00\00(F\00\00\0c\00\00\004F\00\00\04\00\00\008F\00\00\01\00\00\00commandtwo words`F\00\00\07\00\00\00gF\00\00\09\00\00\00deeper.txtdeeper\0a\00\00\00\00\00\00\00\84F\00\00\06\00\00\00\02\00\00\00hello.txthello\0a\00\00\00\00\00\80F\00\00\04\00\00\00\01\00\00\00\a4F\00\00\09\00\00\00\03\00\00\00//tmp\00\00\00\00\00\00\00\00\00\00\00\d0F\00\00\01\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\10\00\00\00\00\00\d1F\00\00\04\00\00\00\01\00\00\00\04\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\b8F\00\00\02\00\00\00\00\00\00\00\98F\00\00\01\00\00\00\01\00\00\00\8aF\00\00\07\00\00\00\01\00\00\00\adF\00\00\06\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\a8\00\00\00@F\00\00\02\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00pF\00\00\02\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\b9Ui\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00*\00\00\00\00\00\00\00\d8F\00\00\02\00\00\00(G\00\00\05\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00")
    )
    (core instance (;0;) (instantiate 0))
    (alias core export 0 "m" (core memory (;0;)))
    (alias core export 0 "r" (core func (;0;)))
    (alias core export 0 "n" (core global (;0;)))
    (alias core export 0 "v" (core global (;1;)))
    (alias core export 0 "f" (core global (;2;)))
    (core module (;1;)
    ) ;; 14450 lines
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
    (core func (;4;) (canon resource.drop 1))
    (alias core export 4 "29" (core func (;5;)))
    (core func (;6;) (canon resource.drop 3))
    (alias core export 4 "30" (core func (;7;)))
    (core func (;8;) (canon resource.drop 6))
    (alias core export 4 "33" (core func (;9;)))
    (alias core export 4 "32" (core func (;10;)))
    (alias core export 4 "7" (core func (;11;)))
    (alias core export 4 "8" (core func (;12;)))
    (core module (;2;)
      (type (;0;) (func (param i32)))
      (import "i" "h0" (func (;0;) (type 0)))
      (import "i" "p0" (func (;1;) (type 0)))
      (import "i" "h1" (func (;2;) (type 0)))
      (import "i" "p1" (func (;3;) (type 0)))
      (import "i" "h2" (func (;4;) (type 0)))
      (import "i" "p2" (func (;5;) (type 0)))
      (import "i" "p3" (func (;6;) (type 0)))
      (import "i" "p4" (func (;7;) (type 0)))
      (import "i" "p5" (func (;8;) (type 0)))
      (import "i" "v" (global (;0;) (mut i32)))
      (export "0" (func 9))
      (export "1" (func 10))
      (export "2" (func 11))
      (export "3" (func 12))
      (export "4" (func 13))
      (export "5" (func 14))
      (func (;9;) (type 0) (param i32)
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
      (func (;10;) (type 0) (param i32)
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
      (func (;11;) (type 0) (param i32)
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
          call 6
          return
        end
        unreachable
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
          call 7
          return
        end
        unreachable
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
          call 8
          return
        end
        unreachable
      )
    )
    (core instance (;5;)
      (export "h0" (func 4))
      (export "p0" (func 5))
      (export "h1" (func 6))
      (export "p1" (func 7))
      (export "h2" (func 8))
      (export "p2" (func 9))
      (export "p3" (func 10))
      (export "p4" (func 11))
      (export "p5" (func 12))
      (export "v" (global 1))
    )
    (core instance (;6;) (instantiate 2
        (with "i" (instance 5))
      )
    )
    (alias core export 6 "0" (core func (;13;)))
    (type (;11;) (resource (rep i32) (dtor 13)))
    (alias core export 6 "1" (core func (;14;)))
    (type (;12;) (resource (rep i32) (dtor 14)))
    (alias core export 6 "2" (core func (;15;)))
    (type (;13;) (resource (rep i32) (dtor 15)))
    (alias core export 6 "3" (core func (;16;)))
    (type (;14;) (resource (rep i32) (dtor 16)))
    (type (;15;) (resource (rep i32)))
    (type (;16;) (resource (rep i32)))
    (alias core export 6 "4" (core func (;17;)))
    (type (;17;) (resource (rep i32) (dtor 17)))
    (alias core export 6 "5" (core func (;18;)))
    (type (;18;) (resource (rep i32) (dtor 18)))
    (alias core export 4 "1" (core func (;19;)))
    (alias core export 4 "0" (core func (;20;)))
    (alias core export 4 "31" (core func (;21;)))
    (core func (;22;) (canon lower (func 0) (memory 0) (realloc 0)))
    (alias core export 4 "35" (core func (;23;)))
    (core func (;24;) (canon resource.new 11))
    (alias core export 4 "34" (core func (;25;)))
    (core func (;26;) (canon resource.new 12))
    (alias core export 4 "36" (core func (;27;)))
    (alias core export 4 "39" (core func (;28;)))
    (core func (;29;) (canon lower (func 1) (memory 0) (realloc 0)))
    (alias core export 4 "41" (core func (;30;)))
    (core func (;31;) (canon lower (func 2) (memory 0) (realloc 0)))
    (alias core export 4 "38" (core func (;32;)))
    (core func (;33;) (canon lower (func 3) (memory 0) (realloc 0)))
    (alias core export 4 "37" (core func (;34;)))
    (core func (;35;) (canon lower (func 4) (memory 0) (realloc 0)))
    (alias core export 4 "40" (core func (;36;)))
    (core func (;37;) (canon lower (func 5) (memory 0) (realloc 0)))
    (core func (;38;) (canon resource.new 14))
    (core func (;39;) (canon lower (func 6) (memory 0) (realloc 0)))
    (core func (;40;) (canon resource.new 13))
    (alias core export 4 "2" (core func (;41;)))
    (alias core export 4 "4" (core func (;42;)))
    (alias core export 4 "3" (core func (;43;)))
    (alias core export 4 "5" (core func (;44;)))
    (alias core export 4 "18" (core func (;45;)))
    (alias core export 4 "26" (core func (;46;)))
    (alias core export 4 "9" (core func (;47;)))
    (alias core export 4 "11" (core func (;48;)))
    (alias core export 4 "12" (core func (;49;)))
    (alias core export 4 "22" (core func (;50;)))
    (alias core export 4 "17" (core func (;51;)))
    (core func (;52;) (canon resource.new 18))
    (alias core export 4 "10" (core func (;53;)))
    (alias core export 4 "23" (core func (;54;)))
    (alias core export 4 "24" (core func (;55;)))
    (alias core export 4 "13" (core func (;56;)))
    (alias core export 4 "16" (core func (;57;)))
    (core func (;58;) (canon resource.new 17))
    (alias core export 4 "19" (core func (;59;)))
    (alias core export 4 "20" (core func (;60;)))
    (alias core export 4 "21" (core func (;61;)))
    (alias core export 4 "25" (core func (;62;)))
    (alias core export 4 "14" (core func (;63;)))
    (alias core export 4 "15" (core func (;64;)))
    (alias core export 4 "27" (core func (;65;)))
    (alias core export 4 "28" (core func (;66;)))
    (alias core export 4 "6" (core func (;67;)))
    (alias core export 4 "42" (core func (;68;)))
    (core module (;3;)
    ) ;; 1563 lines
    (core instance (;7;)
      (export "0" (func 19))
      (export "1" (func 20))
      (export "2" (func 21))
      (export "3" (func 22))
      (export "4" (func 23))
      (export "5" (func 24))
      (export "6" (func 25))
      (export "7" (func 26))
      (export "8" (func 27))
      (export "9" (func 28))
      (export "10" (func 29))
      (export "11" (func 30))
      (export "12" (func 31))
      (export "13" (func 32))
      (export "14" (func 33))
      (export "15" (func 34))
      (export "16" (func 35))
      (export "17" (func 36))
      (export "18" (func 37))
      (export "19" (func 38))
      (export "20" (func 39))
      (export "21" (func 40))
      (export "22" (func 41))
      (export "23" (func 42))
      (export "24" (func 43))
      (export "25" (func 44))
      (export "26" (func 45))
      (export "27" (func 46))
      (export "28" (func 47))
      (export "29" (func 48))
      (export "30" (func 49))
      (export "31" (func 50))
      (export "32" (func 51))
      (export "33" (func 52))
      (export "34" (func 53))
      (export "35" (func 54))
      (export "36" (func 55))
      (export "37" (func 56))
      (export "38" (func 57))
      (export "39" (func 58))
      (export "40" (func 59))
      (export "41" (func 60))
      (export "42" (func 61))
      (export "43" (func 62))
      (export "44" (func 63))
      (export "45" (func 64))
      (export "46" (func 65))
      (export "47" (func 66))
      (export "48" (func 67))
      (export "49" (func 68))
      (export "m" (memory 0))
      (export "n" (global 0))
      (export "v" (global 1))
      (export "f" (global 2))
    )
    (core instance (;8;) (instantiate 3
        (with "i" (instance 7))
      )
    )
    (alias core export 8 "0" (core func (;69;)))
    (type (;19;) (tuple string string))
    (type (;20;) (list 19))
    (type (;21;) (func (result 20)))
    (alias core export 8 "p" (core func (;70;)))
    (func (;7;) (type 21) (canon lift (core func 69) (memory 0) (post-return 70)))
    (alias core export 8 "1" (core func (;71;)))
    (type (;22;) (list string))
    (type (;23;) (func (result 22)))
    (func (;8;) (type 23) (canon lift (core func 71) (memory 0) (post-return 70)))
    (alias core export 8 "2" (core func (;72;)))
    (type (;24;) (result))
    (type (;25;) (func (param "status" 24)))
    (func (;9;) (type 25) (canon lift (core func 72)))
    (alias core export 8 "3" (core func (;73;)))
    (type (;26;) (borrow 12))
    (type (;27;) (list 26))
    (type (;28;) (list u32))
    (type (;29;) (func (param "in" 27) (result 28)))
    (func (;10;) (type 29) (canon lift (core func 73) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "4" (core func (;74;)))
    (type (;30;) (borrow 14))
    (type (;31;) (list u8))
    (type (;32;) (own 11))
    (type (;33;) (variant (case "last-operation-failed" 32) (case "closed")))
    (type (;34;) (result 31 (error 33)))
    (type (;35;) (func (param "self" 30) (param "len" u64) (result 34)))
    (func (;11;) (type 35) (canon lift (core func 74) (memory 0) (post-return 70)))
    (alias core export 8 "5" (core func (;75;)))
    (func (;12;) (type 35) (canon lift (core func 75) (memory 0) (post-return 70)))
    (alias core export 8 "6" (core func (;76;)))
    (type (;36;) (own 12))
    (type (;37;) (func (param "self" 30) (result 36)))
    (func (;13;) (type 37) (canon lift (core func 76)))
    (alias core export 8 "7" (core func (;77;)))
    (type (;38;) (borrow 13))
    (type (;39;) (result u64 (error 33)))
    (type (;40;) (func (param "self" 38) (result 39)))
    (func (;14;) (type 40) (canon lift (core func 77) (memory 0) (post-return 70)))
    (alias core export 8 "8" (core func (;78;)))
    (type (;41;) (result (error 33)))
    (type (;42;) (func (param "self" 38) (param "contents" 31) (result 41)))
    (func (;15;) (type 42) (canon lift (core func 78) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "9" (core func (;79;)))
    (func (;16;) (type 42) (canon lift (core func 79) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "10" (core func (;80;)))
    (type (;43;) (func (param "self" 38) (result 41)))
    (func (;17;) (type 43) (canon lift (core func 80) (memory 0) (post-return 70)))
    (alias core export 8 "11" (core func (;81;)))
    (type (;44;) (func (param "self" 38) (result 36)))
    (func (;18;) (type 44) (canon lift (core func 81)))
    (alias core export 8 "12" (core func (;82;)))
    (type (;45;) (own 14))
    (type (;46;) (func (result 45)))
    (func (;19;) (type 46) (canon lift (core func 82)))
    (alias core export 8 "13" (core func (;83;)))
    (type (;47;) (own 13))
    (type (;48;) (func (result 47)))
    (func (;20;) (type 48) (canon lift (core func 83)))
    (alias core export 8 "14" (core func (;84;)))
    (type (;49;) (own 13))
    (type (;50;) (func (result 49)))
    (func (;21;) (type 50) (canon lift (core func 84)))
    (alias core export 8 "15" (core func (;85;)))
    (type (;51;) (own 15))
    (type (;52;) (option 51))
    (type (;53;) (func (result 52)))
    (func (;22;) (type 53) (canon lift (core func 85) (memory 0)))
    (type (;54;) (own 16))
    (type (;55;) (option 54))
    (type (;56;) (func (result 55)))
    (func (;23;) (type 56) (canon lift (core func 85) (memory 0)))
    (type (;57;) (own 16))
    (type (;58;) (option 57))
    (type (;59;) (func (result 58)))
    (func (;24;) (type 59) (canon lift (core func 85) (memory 0)))
    (alias core export 8 "16" (core func (;86;)))
    (type (;60;) u64)
    (type (;61;) (func (result 60)))
    (func (;25;) (type 61) (canon lift (core func 86)))
    (alias core export 8 "17" (core func (;87;)))
    (type (;62;) (own 12))
    (type (;63;) (func (param "when" 60) (result 62)))
    (func (;26;) (type 63) (canon lift (core func 87)))
    (alias core export 8 "18" (core func (;88;)))
    (type (;64;) u64)
    (type (;65;) (func (param "when" 64) (result 62)))
    (func (;27;) (type 65) (canon lift (core func 88)))
    (alias core export 8 "19" (core func (;89;)))
    (type (;66;) (record (field "seconds" u64) (field "nanoseconds" u32)))
    (type (;67;) (func (result 66)))
    (func (;28;) (type 67) (canon lift (core func 89) (memory 0) (post-return 70)))
    (alias core export 8 "20" (core func (;90;)))
    (type (;68;) (borrow 17))
    (type (;69;) u64)
    (type (;70;) (own 14))
    (type (;71;) (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
    (type (;72;) (result 70 (error 71)))
    (type (;73;) (func (param "self" 68) (param "offset" 69) (result 72)))
    (func (;29;) (type 73) (canon lift (core func 90) (memory 0) (post-return 70)))
    (alias core export 8 "21" (core func (;91;)))
    (type (;74;) (own 13))
    (type (;75;) (result 74 (error 71)))
    (type (;76;) (func (param "self" 68) (param "offset" 69) (result 75)))
    (func (;30;) (type 76) (canon lift (core func 91) (memory 0) (post-return 70)))
    (alias core export 8 "22" (core func (;92;)))
    (type (;77;) (func (param "self" 68) (result 75)))
    (func (;31;) (type 77) (canon lift (core func 92) (memory 0) (post-return 70)))
    (alias core export 8 "23" (core func (;93;)))
    (type (;78;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
    (type (;79;) (result 78 (error 71)))
    (type (;80;) (func (param "self" 68) (result 79)))
    (func (;32;) (type 80) (canon lift (core func 93) (memory 0) (post-return 70)))
    (alias core export 8 "24" (core func (;94;)))
    (type (;81;) (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
    (type (;82;) (result 81 (error 71)))
    (type (;83;) (func (param "self" 68) (result 82)))
    (func (;33;) (type 83) (canon lift (core func 94) (memory 0) (post-return 70)))
    (alias core export 8 "25" (core func (;95;)))
    (type (;84;) (result (error 71)))
    (type (;85;) (func (param "self" 68) (param "size" 69) (result 84)))
    (func (;34;) (type 85) (canon lift (core func 95) (memory 0) (post-return 70)))
    (alias core export 8 "26" (core func (;96;)))
    (type (;86;) (own 18))
    (type (;87;) (result 86 (error 71)))
    (type (;88;) (func (param "self" 68) (result 87)))
    (func (;35;) (type 88) (canon lift (core func 96) (memory 0) (post-return 70)))
    (alias core export 8 "27" (core func (;97;)))
    (type (;89;) (func (param "self" 68) (param "path" string) (result 84)))
    (func (;36;) (type 89) (canon lift (core func 97) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "28" (core func (;98;)))
    (type (;90;) u64)
    (type (;91;) (record (field "seconds" u64) (field "nanoseconds" u32)))
    (type (;92;) (option 91))
    (type (;93;) (record (field "type" 81) (field "link-count" 90) (field "size" 69) (field "data-access-timestamp" 92) (field "data-modification-timestamp" 92) (field "status-change-timestamp" 92)))
    (type (;94;) (result 93 (error 71)))
    (type (;95;) (func (param "self" 68) (result 94)))
    (func (;37;) (type 95) (canon lift (core func 98) (memory 0) (post-return 70)))
    (alias core export 8 "29" (core func (;99;)))
    (type (;96;) (flags "symlink-follow"))
    (type (;97;) (func (param "self" 68) (param "path-flags" 96) (param "path" string) (result 94)))
    (func (;38;) (type 97) (canon lift (core func 99) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "30" (core func (;100;)))
    (type (;98;) (func (param "self" 68) (param "old-path-flags" 96) (param "old-path" string) (param "new-descriptor" 68) (param "new-path" string) (result 84)))
    (func (;39;) (type 98) (canon lift (core func 100) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "31" (core func (;101;)))
    (type (;99;) (flags "create" "directory" "exclusive" "truncate"))
    (type (;100;) (own 17))
    (type (;101;) (result 100 (error 71)))
    (type (;102;) (func (param "self" 68) (param "path-flags" 96) (param "path" string) (param "open-flags" 99) (param "flags" 78) (result 101)))
    (func (;40;) (type 102) (canon lift (core func 101) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "32" (core func (;102;)))
    (type (;103;) (result string (error 71)))
    (type (;104;) (func (param "self" 68) (param "path" string) (result 103)))
    (func (;41;) (type 104) (canon lift (core func 102) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "33" (core func (;103;)))
    (func (;42;) (type 89) (canon lift (core func 103) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "34" (core func (;104;)))
    (type (;105;) (func (param "self" 68) (param "old-path" string) (param "new-descriptor" 68) (param "new-path" string) (result 84)))
    (func (;43;) (type 105) (canon lift (core func 104) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "35" (core func (;105;)))
    (func (;44;) (type 89) (canon lift (core func 105) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "36" (core func (;106;)))
    (type (;106;) (record (field "lower" u64) (field "upper" u64)))
    (type (;107;) (result 106 (error 71)))
    (type (;108;) (func (param "self" 68) (result 107)))
    (func (;45;) (type 108) (canon lift (core func 106) (memory 0) (post-return 70)))
    (alias core export 8 "37" (core func (;107;)))
    (type (;109;) (func (param "self" 68) (param "path-flags" 96) (param "path" string) (result 107)))
    (func (;46;) (type 109) (canon lift (core func 107) (memory 0) (realloc 0) (post-return 70)))
    (alias core export 8 "38" (core func (;108;)))
    (type (;110;) (borrow 18))
    (type (;111;) (record (field "type" 81) (field "name" string)))
    (type (;112;) (option 111))
    (type (;113;) (result 112 (error 71)))
    (type (;114;) (func (param "self" 110) (result 113)))
    (func (;47;) (type 114) (canon lift (core func 108) (memory 0) (post-return 70)))
    (alias core export 8 "39" (core func (;109;)))
    (type (;115;) (borrow 11))
    (type (;116;) (option 71))
    (type (;117;) (func (param "err" 115) (result 116)))
    (func (;48;) (type 117) (canon lift (core func 109) (memory 0) (post-return 70)))
    (alias core export 8 "40" (core func (;110;)))
    (type (;118;) (own 17))
    (type (;119;) (tuple 118 string))
    (type (;120;) (list 119))
    (type (;121;) (func (result 120)))
    (func (;49;) (type 121) (canon lift (core func 110) (memory 0) (post-return 70)))
    (alias core export 8 "41" (core func (;111;)))
    (type (;122;) (list u8))
    (type (;123;) (func (param "len" u64) (result 122)))
    (func (;50;) (type 123) (canon lift (core func 111) (memory 0) (post-return 70)))
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
    (export (;5;) "wasi:cli/environment@0.2.12" (instance 4))
    (component (;1;)
      (type (;0;) (result))
      (type (;1;) (func (param "status" 0)))
      (import "f0" (func (;0;) (type 1)))
      (type (;2;) (result))
      (type (;3;) (func (param "status" 2)))
      (export (;1;) "exit" (func 0) (func (type 3)))
    )
    (instance (;6;) (instantiate 1
        (with "f0" (func 9))
      )
    )
    (export (;7;) "wasi:cli/exit@0.2.12" (instance 6))
    (component (;2;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "error" (type 0))
    )
    (instance (;8;) (instantiate 2
        (with "t0" (type 11))
      )
    )
    (export (;9;) "wasi:io/error@0.2.12" (instance 8))
    (alias export 9 "error" (type (;124;)))
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
    (instance (;10;) (instantiate 3
        (with "t0" (type 12))
        (with "f0" (func 10))
      )
    )
    (export (;11;) "wasi:io/poll@0.2.12" (instance 10))
    (alias export 11 "pollable" (type (;125;)))
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
    (instance (;12;) (instantiate 4
        (with "t0" (type 124))
        (with "t1" (type 13))
        (with "t2" (type 14))
        (with "t3" (type 33))
        (with "t4" (type 125))
        (with "f0" (func 11))
        (with "f1" (func 12))
        (with "f2" (func 13))
        (with "f3" (func 14))
        (with "f4" (func 15))
        (with "f5" (func 16))
        (with "f6" (func 17))
        (with "f7" (func 18))
      )
    )
    (export (;13;) "wasi:io/streams@0.2.12" (instance 12))
    (alias export 13 "output-stream" (type (;126;)))
    (alias export 13 "input-stream" (type (;127;)))
    (alias export 13 "stream-error" (type (;128;)))
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
    (instance (;14;) (instantiate 5
        (with "t0" (type 127))
        (with "f0" (func 19))
      )
    )
    (export (;15;) "wasi:cli/stdin@0.2.12" (instance 14))
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
    (instance (;16;) (instantiate 6
        (with "t0" (type 126))
        (with "f0" (func 20))
      )
    )
    (export (;17;) "wasi:cli/stdout@0.2.12" (instance 16))
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
    (instance (;18;) (instantiate 7
        (with "t0" (type 126))
        (with "f0" (func 21))
      )
    )
    (export (;19;) "wasi:cli/stderr@0.2.12" (instance 18))
    (component (;8;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-input" (type 0))
    )
    (instance (;20;) (instantiate 8
        (with "t0" (type 15))
      )
    )
    (export (;21;) "wasi:cli/terminal-input@0.2.12" (instance 20))
    (alias export 21 "terminal-input" (type (;129;)))
    (component (;9;)
      (import "t0" (type (;0;) (sub resource)))
      (export (;1;) "terminal-output" (type 0))
    )
    (instance (;22;) (instantiate 9
        (with "t0" (type 16))
      )
    )
    (export (;23;) "wasi:cli/terminal-output@0.2.12" (instance 22))
    (alias export 23 "terminal-output" (type (;130;)))
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
    (instance (;24;) (instantiate 10
        (with "t0" (type 129))
        (with "f0" (func 22))
      )
    )
    (export (;25;) "wasi:cli/terminal-stdin@0.2.12" (instance 24))
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
    (instance (;26;) (instantiate 11
        (with "t0" (type 130))
        (with "f0" (func 23))
      )
    )
    (export (;27;) "wasi:cli/terminal-stdout@0.2.12" (instance 26))
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
    (instance (;28;) (instantiate 12
        (with "t0" (type 130))
        (with "f0" (func 24))
      )
    )
    (export (;29;) "wasi:cli/terminal-stderr@0.2.12" (instance 28))
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
    (instance (;30;) (instantiate 13
        (with "t0" (type 60))
        (with "t1" (type 64))
        (with "t2" (type 125))
        (with "f0" (func 25))
        (with "f1" (func 26))
        (with "f2" (func 27))
      )
    )
    (export (;31;) "wasi:clocks/monotonic-clock@0.2.12" (instance 30))
    (alias export 31 "instant" (type (;131;)))
    (alias export 31 "duration" (type (;132;)))
    (component (;14;)
      (type (;0;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (import "t0" (type (;1;) (eq 0)))
      (type (;2;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (export (;3;) "datetime" (type 2))
      (type (;4;) (func (result 1)))
      (import "f0" (func (;0;) (type 4)))
      (type (;5;) (func (result 3)))
      (export (;1;) "now" (func 0) (func (type 5)))
    )
    (instance (;32;) (instantiate 14
        (with "t0" (type 66))
        (with "f0" (func 28))
      )
    )
    (export (;33;) "wasi:clocks/wall-clock@0.2.12" (instance 32))
    (alias export 33 "datetime" (type (;133;)))
    (component (;15;)
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
      (type (;30;) u64)
      (import "t9" (type (;31;) (eq 30)))
      (type (;32;) u64)
      (export (;33;) "filesize" (type 32))
      (import "t10" (type (;34;) (sub resource)))
      (export (;35;) "output-stream" (type 34))
      (type (;36;) u64)
      (import "t11" (type (;37;) (eq 36)))
      (type (;38;) u64)
      (export (;39;) "link-count" (type 38))
      (type (;40;) (record (field "seconds" u64) (field "nanoseconds" u32)))
      (import "t12" (type (;41;) (eq 40)))
      (export (;42;) "datetime" (type 41))
      (type (;43;) (option 41))
      (type (;44;) (record (field "type" 15) (field "link-count" 37) (field "size" 31) (field "data-access-timestamp" 43) (field "data-modification-timestamp" 43) (field "status-change-timestamp" 43)))
      (import "t13" (type (;45;) (eq 44)))
      (type (;46;) (option 42))
      (type (;47;) (record (field "type" 17) (field "link-count" 39) (field "size" 33) (field "data-access-timestamp" 46) (field "data-modification-timestamp" 46) (field "status-change-timestamp" 46)))
      (export (;48;) "descriptor-stat" (type 47))
      (type (;49;) (flags "create" "directory" "exclusive" "truncate"))
      (import "t14" (type (;50;) (eq 49)))
      (type (;51;) (flags "create" "directory" "exclusive" "truncate"))
      (export (;52;) "open-flags" (type 51))
      (import "t15" (type (;53;) (sub resource)))
      (export (;54;) "input-stream" (type 53))
      (type (;55;) (borrow 6))
      (type (;56;) (own 53))
      (type (;57;) (result 56 (error 3)))
      (type (;58;) (func (param "self" 55) (param "offset" 31) (result 57)))
      (import "f0" (func (;0;) (type 58)))
      (type (;59;) (borrow 7))
      (type (;60;) (own 54))
      (type (;61;) (result 60 (error 5)))
      (type (;62;) (func (param "self" 59) (param "offset" 33) (result 61)))
      (export (;1;) "[method]descriptor.read-via-stream" (func 0) (func (type 62)))
      (type (;63;) (own 34))
      (type (;64;) (result 63 (error 3)))
      (type (;65;) (func (param "self" 55) (param "offset" 31) (result 64)))
      (import "f1" (func (;2;) (type 65)))
      (type (;66;) (own 35))
      (type (;67;) (result 66 (error 5)))
      (type (;68;) (func (param "self" 59) (param "offset" 33) (result 67)))
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
      (type (;79;) (result (error 3)))
      (type (;80;) (func (param "self" 55) (param "size" 31) (result 79)))
      (import "f5" (func (;10;) (type 80)))
      (type (;81;) (result (error 5)))
      (type (;82;) (func (param "self" 59) (param "size" 33) (result 81)))
      (export (;11;) "[method]descriptor.set-size" (func 10) (func (type 82)))
      (type (;83;) (own 12))
      (type (;84;) (result 83 (error 3)))
      (type (;85;) (func (param "self" 55) (result 84)))
      (import "f6" (func (;12;) (type 85)))
      (type (;86;) (own 13))
      (type (;87;) (result 86 (error 5)))
      (type (;88;) (func (param "self" 59) (result 87)))
      (export (;13;) "[method]descriptor.read-directory" (func 12) (func (type 88)))
      (type (;89;) (func (param "self" 55) (param "path" string) (result 79)))
      (import "f7" (func (;14;) (type 89)))
      (type (;90;) (func (param "self" 59) (param "path" string) (result 81)))
      (export (;15;) "[method]descriptor.create-directory-at" (func 14) (func (type 90)))
      (type (;91;) (result 45 (error 3)))
      (type (;92;) (func (param "self" 55) (result 91)))
      (import "f8" (func (;16;) (type 92)))
      (type (;93;) (result 48 (error 5)))
      (type (;94;) (func (param "self" 59) (result 93)))
      (export (;17;) "[method]descriptor.stat" (func 16) (func (type 94)))
      (type (;95;) (func (param "self" 55) (param "path-flags" 23) (param "path" string) (result 91)))
      (import "f9" (func (;18;) (type 95)))
      (type (;96;) (func (param "self" 59) (param "path-flags" 25) (param "path" string) (result 93)))
      (export (;19;) "[method]descriptor.stat-at" (func 18) (func (type 96)))
      (type (;97;) (func (param "self" 55) (param "old-path-flags" 23) (param "old-path" string) (param "new-descriptor" 55) (param "new-path" string) (result 79)))
      (import "f10" (func (;20;) (type 97)))
      (type (;98;) (func (param "self" 59) (param "old-path-flags" 25) (param "old-path" string) (param "new-descriptor" 59) (param "new-path" string) (result 81)))
      (export (;21;) "[method]descriptor.link-at" (func 20) (func (type 98)))
      (type (;99;) (own 6))
      (type (;100;) (result 99 (error 3)))
      (type (;101;) (func (param "self" 55) (param "path-flags" 23) (param "path" string) (param "open-flags" 50) (param "flags" 27) (result 100)))
      (import "f11" (func (;22;) (type 101)))
      (type (;102;) (own 7))
      (type (;103;) (result 102 (error 5)))
      (type (;104;) (func (param "self" 59) (param "path-flags" 25) (param "path" string) (param "open-flags" 52) (param "flags" 29) (result 103)))
      (export (;23;) "[method]descriptor.open-at" (func 22) (func (type 104)))
      (type (;105;) (result string (error 3)))
      (type (;106;) (func (param "self" 55) (param "path" string) (result 105)))
      (import "f12" (func (;24;) (type 106)))
      (type (;107;) (result string (error 5)))
      (type (;108;) (func (param "self" 59) (param "path" string) (result 107)))
      (export (;25;) "[method]descriptor.readlink-at" (func 24) (func (type 108)))
      (import "f13" (func (;26;) (type 89)))
      (export (;27;) "[method]descriptor.remove-directory-at" (func 26) (func (type 90)))
      (type (;109;) (func (param "self" 55) (param "old-path" string) (param "new-descriptor" 55) (param "new-path" string) (result 79)))
      (import "f14" (func (;28;) (type 109)))
      (type (;110;) (func (param "self" 59) (param "old-path" string) (param "new-descriptor" 59) (param "new-path" string) (result 81)))
      (export (;29;) "[method]descriptor.rename-at" (func 28) (func (type 110)))
      (import "f15" (func (;30;) (type 89)))
      (export (;31;) "[method]descriptor.unlink-file-at" (func 30) (func (type 90)))
      (type (;111;) (result 9 (error 3)))
      (type (;112;) (func (param "self" 55) (result 111)))
      (import "f16" (func (;32;) (type 112)))
      (type (;113;) (result 11 (error 5)))
      (type (;114;) (func (param "self" 59) (result 113)))
      (export (;33;) "[method]descriptor.metadata-hash" (func 32) (func (type 114)))
      (type (;115;) (func (param "self" 55) (param "path-flags" 23) (param "path" string) (result 111)))
      (import "f17" (func (;34;) (type 115)))
      (type (;116;) (func (param "self" 59) (param "path-flags" 25) (param "path" string) (result 113)))
      (export (;35;) "[method]descriptor.metadata-hash-at" (func 34) (func (type 116)))
      (type (;117;) (borrow 12))
      (type (;118;) (option 19))
      (type (;119;) (result 118 (error 3)))
      (type (;120;) (func (param "self" 117) (result 119)))
      (import "f18" (func (;36;) (type 120)))
      (type (;121;) (borrow 13))
      (type (;122;) (option 21))
      (type (;123;) (result 122 (error 5)))
      (type (;124;) (func (param "self" 121) (result 123)))
      (export (;37;) "[method]directory-entry-stream.read-directory-entry" (func 36) (func (type 124)))
      (type (;125;) (borrow 0))
      (type (;126;) (option 3))
      (type (;127;) (func (param "err" 125) (result 126)))
      (import "f19" (func (;38;) (type 127)))
      (type (;128;) (borrow 1))
      (type (;129;) (option 5))
      (type (;130;) (func (param "err" 128) (result 129)))
      (export (;39;) "filesystem-error-code" (func 38) (func (type 130)))
    )
    (instance (;34;) (instantiate 15
        (with "t0" (type 124))
        (with "t1" (type 71))
        (with "t2" (type 17))
        (with "t3" (type 106))
        (with "t4" (type 18))
        (with "t5" (type 81))
        (with "t6" (type 111))
        (with "t7" (type 96))
        (with "t8" (type 78))
        (with "t9" (type 69))
        (with "t10" (type 126))
        (with "t11" (type 90))
        (with "t12" (type 133))
        (with "t13" (type 93))
        (with "t14" (type 99))
        (with "t15" (type 127))
        (with "f0" (func 29))
        (with "f1" (func 30))
        (with "f2" (func 31))
        (with "f3" (func 32))
        (with "f4" (func 33))
        (with "f5" (func 34))
        (with "f6" (func 35))
        (with "f7" (func 36))
        (with "f8" (func 37))
        (with "f9" (func 38))
        (with "f10" (func 39))
        (with "f11" (func 40))
        (with "f12" (func 41))
        (with "f13" (func 42))
        (with "f14" (func 43))
        (with "f15" (func 44))
        (with "f16" (func 45))
        (with "f17" (func 46))
        (with "f18" (func 47))
        (with "f19" (func 48))
      )
    )
    (export (;35;) "wasi:filesystem/types@0.2.12" (instance 34))
    (alias export 35 "error-code" (type (;134;)))
    (alias export 35 "descriptor" (type (;135;)))
    (alias export 35 "metadata-hash-value" (type (;136;)))
    (alias export 35 "directory-entry-stream" (type (;137;)))
    (alias export 35 "descriptor-type" (type (;138;)))
    (alias export 35 "directory-entry" (type (;139;)))
    (alias export 35 "path-flags" (type (;140;)))
    (alias export 35 "descriptor-flags" (type (;141;)))
    (alias export 35 "filesize" (type (;142;)))
    (alias export 35 "link-count" (type (;143;)))
    (alias export 35 "descriptor-stat" (type (;144;)))
    (alias export 35 "open-flags" (type (;145;)))
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
    (instance (;36;) (instantiate 16
        (with "t0" (type 135))
        (with "f0" (func 49))
      )
    )
    (export (;37;) "wasi:filesystem/preopens@0.2.12" (instance 36))
    (component (;17;)
      (type (;0;) (list u8))
      (type (;1;) (func (param "len" u64) (result 0)))
      (import "f0" (func (;0;) (type 1)))
      (type (;2;) (list u8))
      (type (;3;) (func (param "len" u64) (result 2)))
      (export (;1;) "get-random-bytes" (func 0) (func (type 3)))
    )
    (instance (;38;) (instantiate 17
        (with "f0" (func 50))
      )
    )
    (export (;39;) "wasi:random/random@0.2.12" (instance 38))
  )
  (instance $command:adapter (;4;) (instantiate $command:adapter
      (with "wasi:io/error@0.2.12" (instance 0))
      (with "wasi:io/poll@0.2.12" (instance 1))
      (with "wasi:io/streams@0.2.12" (instance 2))
      (with "wasi:cli/stdout@0.2.12" (instance 3))
    )
  )
  (component $command (;1;)
  ) ;; the 52914 lines of what was given
  (alias export $command:adapter "wasi:cli/environment@0.2.12" (instance (;5;)))
  (alias export $command:adapter "wasi:cli/exit@0.2.12" (instance (;6;)))
  (alias export $command:adapter "wasi:io/error@0.2.12" (instance (;7;)))
  (alias export $command:adapter "wasi:io/poll@0.2.12" (instance (;8;)))
  (alias export $command:adapter "wasi:io/streams@0.2.12" (instance (;9;)))
  (alias export $command:adapter "wasi:cli/stdin@0.2.12" (instance (;10;)))
  (alias export $command:adapter "wasi:cli/stdout@0.2.12" (instance (;11;)))
  (alias export $command:adapter "wasi:cli/stderr@0.2.12" (instance (;12;)))
  (alias export $command:adapter "wasi:cli/terminal-input@0.2.12" (instance (;13;)))
  (alias export $command:adapter "wasi:cli/terminal-output@0.2.12" (instance (;14;)))
  (alias export $command:adapter "wasi:cli/terminal-stdin@0.2.12" (instance (;15;)))
  (alias export $command:adapter "wasi:cli/terminal-stdout@0.2.12" (instance (;16;)))
  (alias export $command:adapter "wasi:cli/terminal-stderr@0.2.12" (instance (;17;)))
  (alias export $command:adapter "wasi:clocks/monotonic-clock@0.2.12" (instance (;18;)))
  (alias export $command:adapter "wasi:clocks/wall-clock@0.2.12" (instance (;19;)))
  (alias export $command:adapter "wasi:filesystem/types@0.2.12" (instance (;20;)))
  (alias export $command:adapter "wasi:filesystem/preopens@0.2.12" (instance (;21;)))
  (alias export $command:adapter "wasi:random/random@0.2.12" (instance (;22;)))
  (instance $command (;23;) (instantiate $command
      (with "wasi:cli/environment@0.2.12" (instance 5))
      (with "wasi:cli/exit@0.2.12" (instance 6))
      (with "wasi:io/error@0.2.12" (instance 7))
      (with "wasi:io/poll@0.2.12" (instance 8))
      (with "wasi:io/streams@0.2.12" (instance 9))
      (with "wasi:cli/stdin@0.2.12" (instance 10))
      (with "wasi:cli/stdout@0.2.12" (instance 11))
      (with "wasi:cli/stderr@0.2.12" (instance 12))
      (with "wasi:cli/terminal-input@0.2.12" (instance 13))
      (with "wasi:cli/terminal-output@0.2.12" (instance 14))
      (with "wasi:cli/terminal-stdin@0.2.12" (instance 15))
      (with "wasi:cli/terminal-stdout@0.2.12" (instance 16))
      (with "wasi:cli/terminal-stderr@0.2.12" (instance 17))
      (with "wasi:clocks/monotonic-clock@0.2.12" (instance 18))
      (with "wasi:clocks/wall-clock@0.2.12" (instance 19))
      (with "wasi:filesystem/types@0.2.12" (instance 20))
      (with "wasi:filesystem/preopens@0.2.12" (instance 21))
      (with "wasi:random/random@0.2.12" (instance 22))
    )
  )
  (alias export $command "wasi:cli/run@0.2.12" (instance (;24;)))
  (export (;25;) "wasi:cli/run@0.2.12" (instance 24))
  (@producers
    (processed-by "weld" "0.1.0")
  )
  (@custom "weld" "{\22version\22:1,\22weld\22:\220.1.0\22,\22components\22:[{\22name\22:\22command\22,\22sha256\22:\2251c7e9d2f6a6ce1108a91bfbca5128c10a67736cc89955fcece5b875ecb34658\22}],\22grants\22:[{\22component\22:\22command\22,\22grant\22:\22args\22,\22value\22:\22set command \5c\22two words\5c\22\22},{\22component\22:\22command\22,\22grant\22:\22clocks\22,\22value\22:\22fixed 2026-01-01T00:00:00Z\22},{\22component\22:\22command\22,\22grant\22:\22env\22,\22value\22:\22set GREETING=\5c\22hello, world\5c\22 LANG=C\22},{\22component\22:\22command\22,\22grant\22:\22fs /\22,\22value\22:\22embed 2 files, 13 bytes, sha256 c9c16d56113cf4cff469b38c258e31af25cfdc4384b9143442cab69b94ac80dd\22},{\22component\22:\22command\22,\22grant\22:\22fs /tmp\22,\22value\22:\22memory 1 MiB\22},{\22component\22:\22command\22,\22grant\22:\22random\22,\22value\22:\22seed 42\22},{\22component\22:\22command\22,\22grant\22:\22stderr\22,\22value\22:\22ignore\22},{\22component\22:\22command\22,\22grant\22:\22stdout\22,\22value\22:\22allow\22},{\22component\22:\22command\22,\22grant\22:\22wasi:cli/exit\22,\22value\22:\22trap\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/poll#poll\22,\22value\22:\22kept (pollable from wasi:io/streams#[method]output-stream.subscribe)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.blocking-flush\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.blocking-write-and-flush\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.check-write\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.subscribe\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22wasi:io/streams#[method]output-stream.write\22,\22value\22:\22kept (output-stream from wasi:cli/stdout#get-stdout)\22},{\22component\22:\22command\22,\22grant\22:\22*\22,\22value\22:\22deny\22}]}")
)
