(component $golden:deny-all-0.3
  (component $command:adapter (;0;)
    (component (;0;)
      (core module (;0;)
        (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
        (memory (;0;) 1)
        (global (;0;) (mut i32) i32.const 18032)
        (global (;1;) (mut i32) i32.const 0)
        (global (;2;) (mut i32) i32.const 18032)
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
      (core module (;1;)
        (type (;0;) (func (param i32 i32)))
        (type (;1;) (func (param i32 i32 i32 i32)))
        (type (;2;) (func (result i32)))
        (type (;3;) (func (param i32)))
        (type (;4;) (func (param i32 i32 i32)))
        (type (;5;) (func (param i32) (result i32)))
        (type (;6;) (func))
        (type (;7;) (func (param i32 i32 i32) (result i32)))
        (type (;8;) (func (param i32 i32) (result i32)))
        (import "env" "memory" (memory (;0;) 1))
        (table (;0;) 1 1 funcref)
        (global (;0;) (mut i32) i32.const 16384)
        (global (;1;) i32 i32.const 17940)
        (global (;2;) i32 i32.const 17952)
        (export "0" (func 11))
        (export "1" (func 13))
        (export "2" (func 18))
        (export "3" (func 20))
        (start 0)
        (func (;0;) (type 6)
          i32.const 17216
          i32.const 0
          i32.const 724
          memory.fill
        )
        (func (;1;) (type 0) (param i32 i32)
          local.get 0
          local.get 1
          i32.const 1
          i32.const 1
          call 2
        )
        (func (;2;) (type 1) (param i32 i32 i32 i32)
          (local i32)
          global.get 0
          i32.const 16
          i32.sub
          local.tee 4
          global.set 0
          block ;; label = @1
            block ;; label = @2
              local.get 0
              br_if 0 (;@2;)
              i32.const 0
              local.set 0
              local.get 4
              i32.const 12
              i32.add
              local.set 3
              br 1 (;@1;)
            end
            local.get 4
            local.get 2
            i32.store offset=12
            local.get 0
            local.get 3
            i32.mul
            local.set 0
            local.get 4
            i32.const 8
            i32.add
            local.set 3
          end
          local.get 3
          local.get 0
          i32.store
          block ;; label = @1
            local.get 4
            i32.load offset=12
            i32.eqz
            br_if 0 (;@1;)
            local.get 1
            local.get 4
            i32.load offset=8
            call 6
          end
          local.get 4
          i32.const 16
          i32.add
          global.set 0
        )
        (func (;3;) (type 6)
          unreachable
        )
        (func (;4;) (type 8) (param i32 i32) (result i32)
          (local i32 i32 i32)
          i32.const 0
          local.set 2
          block ;; label = @1
            block ;; label = @2
              block ;; label = @3
                block ;; label = @4
                  block ;; label = @5
                    local.get 0
                    i32.const 16
                    i32.gt_u
                    br_if 0 (;@5;)
                    local.get 1
                    i32.const 1073741824
                    i32.gt_u
                    br_if 0 (;@5;)
                    block ;; label = @6
                      local.get 1
                      call 10
                      local.tee 1
                      call 8
                      i32.const 2
                      i32.shl
                      local.tee 0
                      i32.load offset=17420
                      local.tee 2
                      br_if 0 (;@6;)
                      i32.const 0
                      i32.load offset=17936
                      local.tee 0
                      i32.const 0
                      i32.load offset=17932
                      local.tee 2
                      i32.sub
                      local.get 1
                      i32.ge_u
                      br_if 3 (;@3;)
                      local.get 1
                      i32.const 16
                      i32.shr_u
                      local.get 1
                      i32.const 65535
                      i32.and
                      i32.const 0
                      i32.ne
                      i32.add
                      local.tee 3
                      memory.grow
                      local.tee 4
                      i32.const -1
                      i32.ne
                      br_if 2 (;@4;)
                      br 5 (;@1;)
                    end
                    local.get 0
                    i32.const 17420
                    i32.add
                    local.get 2
                    i32.load
                    i32.store
                  end
                  local.get 2
                  return
                end
                local.get 4
                local.get 3
                i32.add
                local.tee 3
                i32.const 65536
                i32.ge_u
                br_if 2 (;@1;)
                block ;; label = @4
                  local.get 4
                  i32.const 16
                  i32.shl
                  local.tee 4
                  local.get 0
                  i32.eq
                  br_if 0 (;@4;)
                  local.get 1
                  i32.const 65535
                  i32.gt_u
                  br_if 2 (;@2;)
                  local.get 4
                  local.set 2
                end
                i32.const 0
                local.get 3
                i32.const 16
                i32.shl
                i32.store offset=17936
              end
              i32.const 0
              local.get 2
              local.get 1
              i32.add
              i32.store offset=17932
              local.get 2
              return
            end
            local.get 4
            return
          end
          i32.const 0
        )
        (func (;5;) (type 0) (param i32 i32)
          local.get 0
          local.get 1
          call 10
          call 8
          i32.const 2
          i32.shl
          local.tee 1
          i32.load offset=17420
          i32.store
          local.get 1
          local.get 0
          i32.store offset=17420
        )
        (func (;6;) (type 0) (param i32 i32)
          block ;; label = @1
            local.get 1
            i32.eqz
            br_if 0 (;@1;)
            local.get 0
            local.get 1
            call 5
          end
        )
        (func (;7;) (type 6)
          call 3
          unreachable
        )
        (func (;8;) (type 5) (param i32) (result i32)
          (local i32)
          local.get 0
          local.get 0
          call 9
          local.tee 1
          i32.const 30
          i32.add
          i32.shr_u
          i32.const 3
          i32.and
          local.get 1
          i32.const 2
          i32.shl
          i32.or
        )
        (func (;9;) (type 5) (param i32) (result i32)
          block ;; label = @1
            local.get 0
            i32.eqz
            br_if 0 (;@1;)
            local.get 0
            i32.clz
            i32.const 31
            i32.xor
            return
          end
          call 7
          unreachable
        )
        (func (;10;) (type 5) (param i32) (result i32)
          (local i32)
          local.get 0
          i32.const 16
          local.get 0
          i32.const 16
          i32.gt_u
          select
          local.set 0
          local.get 0
          i32.const 1
          local.get 0
          call 9
          i32.shl
          i32.const 2
          i32.shr_u
          local.tee 1
          i32.const 16
          local.get 1
          i32.const 16
          i32.gt_u
          select
          local.tee 1
          i32.add
          i32.const -1
          i32.add
          i32.const 0
          local.get 1
          i32.sub
          i32.and
        )
        (func (;11;) (type 1) (param i32 i32 i32 i32)
          (local i32)
          global.get 0
          i32.const 80
          i32.sub
          local.tee 4
          global.set 0
          local.get 4
          i64.const 0
          i64.store offset=20 align=4
          local.get 4
          local.get 2
          i32.store offset=16
          local.get 4
          local.get 1
          i32.store offset=12
          local.get 4
          i32.const 196608
          i32.store offset=76
          local.get 4
          i32.const 0
          i32.store offset=32
          local.get 4
          local.get 3
          i32.store offset=28
          local.get 4
          i32.const 0
          i32.store offset=8
          local.get 4
          i64.const 4294967296
          i64.store align=4
          local.get 4
          i32.const 36
          i32.add
          i32.const 0
          i32.const 40
          memory.fill
          local.get 0
          local.get 4
          call 12
          drop
          local.get 4
          i32.const 80
          i32.add
          global.set 0
        )
        (func (;12;) (type 8) (param i32 i32) (result i32)
          (local i32 i32)
          local.get 0
          i32.const 8
          i32.add
          local.set 0
          loop ;; label = @1
            local.get 0
            local.tee 2
            i32.load
            local.tee 3
            i32.const 72
            i32.add
            local.set 0
            local.get 3
            br_if 0 (;@1;)
          end
          block ;; label = @1
            i32.const 4
            i32.const 80
            call 4
            local.tee 0
            br_if 0 (;@1;)
            call 3
            unreachable
          end
          local.get 0
          local.get 1
          i32.const 80
          memory.copy
          local.get 2
          call 17
          local.get 2
          local.get 0
          i32.store
          local.get 0
          i32.const 36
          i32.add
        )
        (func (;13;) (type 7) (param i32 i32 i32) (result i32)
          (local i32 i32 i32 i32)
          global.get 0
          i32.const 48
          i32.sub
          local.tee 3
          global.set 0
          i32.const 0
          local.set 4
          local.get 0
          i32.load offset=8
          local.tee 5
          local.set 6
          block ;; label = @1
            block ;; label = @2
              block ;; label = @3
                block ;; label = @4
                  block ;; label = @5
                    loop ;; label = @6
                      local.get 6
                      i32.eqz
                      br_if 1 (;@5;)
                      block ;; label = @7
                        local.get 6
                        i32.load8_u offset=79
                        i32.const 2
                        i32.eq
                        br_if 0 (;@7;)
                        local.get 4
                        i32.const 1
                        i32.add
                        local.set 4
                        local.get 6
                        i32.load offset=72
                        local.set 6
                        br 1 (;@6;)
                      end
                    end
                    local.get 1
                    i32.eqz
                    br_if 1 (;@4;)
                  end
                  i32.const 0
                  local.set 6
                  loop ;; label = @5
                    local.get 5
                    i32.eqz
                    br_if 3 (;@2;)
                    block ;; label = @6
                      local.get 5
                      i32.load offset=16
                      local.get 1
                      i32.ne
                      br_if 0 (;@6;)
                      local.get 5
                      i32.load8_u offset=79
                      i32.const 255
                      i32.and
                      i32.const 6
                      i32.eq
                      br_if 3 (;@3;)
                    end
                    local.get 6
                    i32.const 1
                    i32.add
                    local.set 6
                    local.get 5
                    i32.load offset=72
                    local.set 5
                    br 0 (;@5;)
                  end
                end
                local.get 0
                local.get 4
                i32.store offset=4
                local.get 0
                local.get 4
                call 14
                local.tee 5
                i32.eqz
                br_if 1 (;@2;)
                local.get 5
                i32.const 1
                i32.store8 offset=79
                local.get 3
                i64.const 0
                i64.store offset=40 align=4
                local.get 3
                local.get 5
                i32.const 36
                i32.add
                i32.store offset=36
                local.get 3
                local.get 5
                i32.load offset=12
                i32.const 2
                i32.add
                i32.store offset=32
                br 2 (;@1;)
              end
              local.get 0
              local.get 6
              i32.store offset=4
              local.get 0
              local.get 6
              call 14
              local.tee 5
              i32.eqz
              br_if 0 (;@2;)
              local.get 3
              i32.const 28
              i32.add
              local.get 5
              local.get 2
              call 15
              local.get 3
              i32.load offset=28
              br_if 1 (;@1;)
            end
            unreachable
          end
          local.get 3
          local.get 3
          i64.load offset=40 align=4
          i64.store offset=16
          local.get 3
          local.get 3
          i64.load offset=32 align=4
          i64.store offset=8
          local.get 0
          local.get 3
          i32.const 8
          i32.add
          call 16
          local.get 3
          i32.const 48
          i32.add
          global.set 0
          i32.const 17404
        )
        (func (;14;) (type 8) (param i32 i32) (result i32)
          (local i32)
          local.get 0
          i32.const 8
          i32.add
          local.set 0
          i32.const 0
          local.set 2
          loop (result i32) ;; label = @1
            local.get 0
            i32.load
            local.set 0
            block ;; label = @2
              block ;; label = @3
                local.get 2
                local.get 1
                i32.ge_u
                br_if 0 (;@3;)
                local.get 0
                br_if 1 (;@2;)
              end
              local.get 0
              return
            end
            local.get 0
            i32.const 72
            i32.add
            local.set 0
            local.get 2
            i32.const 1
            i32.add
            local.set 2
            br 0 (;@1;)
          end
        )
        (func (;15;) (type 4) (param i32 i32 i32)
          (local i32)
          local.get 1
          local.get 2
          i32.const 15
          i32.and
          local.tee 3
          i32.const 0
          i32.ne
          i32.store8 offset=77
          local.get 2
          i32.const 4
          i32.shr_u
          local.set 2
          block ;; label = @1
            block ;; label = @2
              block ;; label = @3
                block ;; label = @4
                  block ;; label = @5
                    local.get 1
                    i32.load8_u offset=78
                    br_table 0 (;@5;) 1 (;@4;) 2 (;@3;) 4 (;@1;) 4 (;@1;) 0 (;@5;)
                  end
                  local.get 1
                  local.get 2
                  i32.store offset=40
                  local.get 3
                  br_if 3 (;@1;)
                  local.get 1
                  i32.const 1
                  i32.store8 offset=79
                  local.get 0
                  i64.const 0
                  i64.store offset=12 align=4
                  local.get 0
                  i32.const 1
                  i32.store
                  local.get 0
                  local.get 1
                  i32.const 36
                  i32.add
                  i32.store offset=8
                  local.get 0
                  local.get 1
                  i32.load offset=12
                  i32.const 2
                  i32.add
                  i32.store offset=4
                  return
                end
                local.get 2
                i32.eqz
                br_if 1 (;@2;)
                local.get 1
                i32.const 1
                i32.store8 offset=79
                local.get 1
                local.get 2
                i32.store offset=40
                local.get 0
                i64.const 0
                i64.store offset=12 align=4
                local.get 0
                i32.const 1
                i32.store
                local.get 1
                local.get 1
                i32.load offset=28
                i32.store offset=36
                local.get 0
                local.get 1
                i32.const 36
                i32.add
                i32.store offset=8
                local.get 0
                local.get 1
                i32.load offset=12
                i32.const 2
                i32.add
                i32.store offset=4
                return
              end
              local.get 2
              i32.eqz
              br_if 0 (;@2;)
              local.get 1
              i32.const 1
              i32.store8 offset=79
              local.get 0
              i32.const 0
              i32.store offset=16
              local.get 0
              local.get 2
              i32.store offset=12
              local.get 0
              i32.const 1
              i32.store
              local.get 0
              local.get 1
              i32.load offset=28
              i32.store offset=8
              local.get 0
              local.get 1
              i32.load offset=12
              i32.const 2
              i32.add
              i32.store offset=4
              return
            end
            local.get 3
            br_if 0 (;@1;)
            local.get 0
            local.get 1
            call 19
            return
          end
          local.get 0
          local.get 1
          call 21
        )
        (func (;16;) (type 0) (param i32 i32)
          block ;; label = @1
            local.get 0
            i32.load8_u offset=12
            i32.const 1
            i32.ne
            br_if 0 (;@1;)
            local.get 1
            i32.load
            br_if 0 (;@1;)
            local.get 0
            i32.const 8
            i32.add
            call 17
            local.get 0
            i32.const 16
            call 5
          end
          i32.const 0
          local.get 1
          i64.load offset=8 align=4
          i64.store offset=17412 align=4
          i32.const 0
          local.get 1
          i64.load align=4
          i64.store offset=17404 align=4
        )
        (func (;17;) (type 3) (param i32)
          block ;; label = @1
            local.get 0
            i32.load
            local.tee 0
            i32.eqz
            br_if 0 (;@1;)
            local.get 0
            i32.load
            local.get 0
            i32.const 4
            i32.add
            i32.load
            call 1
            local.get 0
            i32.const 72
            i32.add
            call 17
            local.get 0
            i32.const 80
            call 5
          end
        )
        (func (;18;) (type 8) (param i32 i32) (result i32)
          (local i32 i32 i32 i32 i32 i32 i32 i32 i32)
          global.get 0
          i32.const 48
          i32.sub
          local.tee 2
          global.set 0
          block ;; label = @1
            block ;; label = @2
              local.get 0
              i32.load8_u offset=12
              br_if 0 (;@2;)
              local.get 0
              i32.const 8
              i32.add
              local.set 3
              local.get 2
              i32.const 28
              i32.add
              i32.const 8
              i32.add
              local.set 4
              local.get 2
              i32.const 28
              i32.add
              i32.const 4
              i32.add
              local.set 5
              local.get 0
              i32.load offset=4
              local.set 6
              local.get 0
              i32.load
              local.set 7
              loop ;; label = @3
                block ;; label = @4
                  block ;; label = @5
                    block ;; label = @6
                      block ;; label = @7
                        local.get 0
                        local.get 6
                        call 14
                        local.tee 8
                        i32.eqz
                        br_if 0 (;@7;)
                        block ;; label = @8
                          block ;; label = @9
                            block ;; label = @10
                              block ;; label = @11
                                block ;; label = @12
                                  block ;; label = @13
                                    block ;; label = @14
                                      block ;; label = @15
                                        block ;; label = @16
                                          block ;; label = @17
                                            block ;; label = @18
                                              block ;; label = @19
                                                block ;; label = @20
                                                  block ;; label = @21
                                                    block ;; label = @22
                                                      local.get 8
                                                      i32.load8_u offset=79
                                                      br_table 8 (;@14;) 9 (;@13;) 12 (;@10;) 1 (;@21;) 2 (;@20;) 3 (;@19;) 12 (;@10;) 4 (;@18;) 5 (;@17;) 0 (;@22;) 7 (;@15;) 12 (;@10;) 8 (;@14;)
                                                    end
                                                    local.get 8
                                                    i32.load8_u offset=78
                                                    local.set 1
                                                    br 5 (;@16;)
                                                  end
                                                  local.get 1
                                                  i32.const -1
                                                  i32.ne
                                                  local.tee 9
                                                  br_if 8 (;@12;)
                                                  local.get 7
                                                  br_if 8 (;@12;)
                                                  local.get 4
                                                  i64.const 0
                                                  i64.store align=4
                                                  local.get 8
                                                  i32.const 4
                                                  i32.store8 offset=79
                                                  i32.const 0
                                                  local.set 7
                                                  local.get 4
                                                  i32.const 0
                                                  i32.store offset=8
                                                  local.get 2
                                                  i64.const 4294967297
                                                  i64.store offset=28 align=4
                                                  br 16 (;@4;)
                                                end
                                                local.get 8
                                                i32.const 5
                                                i32.store8 offset=79
                                                local.get 2
                                                i32.const 0
                                                i32.store offset=44
                                                local.get 2
                                                local.get 1
                                                i32.store offset=40
                                                local.get 2
                                                i64.const 12884901889
                                                i64.store offset=28 align=4
                                                local.get 2
                                                local.get 8
                                                i32.load offset=16
                                                i32.store offset=36
                                                local.get 1
                                                local.set 7
                                                br 15 (;@4;)
                                              end
                                              local.get 8
                                              i32.const 1
                                              i32.store8 offset=76
                                              br 7 (;@11;)
                                            end
                                            local.get 8
                                            i32.const 0
                                            i32.store8 offset=76
                                            local.get 8
                                            i32.const 8
                                            i32.store8 offset=79
                                            local.get 2
                                            i64.const 0
                                            i64.store offset=40 align=4
                                            local.get 2
                                            local.get 8
                                            i32.load offset=16
                                            i32.store offset=36
                                            local.get 2
                                            i32.const 1
                                            i32.store offset=28
                                            local.get 2
                                            local.get 8
                                            i32.load offset=12
                                            i32.const 1
                                            i32.add
                                            i32.store offset=32
                                            br 13 (;@4;)
                                          end
                                          local.get 8
                                          i32.load8_u offset=78
                                          local.tee 1
                                          i32.const 2
                                          i32.lt_u
                                          br_if 8 (;@8;)
                                        end
                                        block ;; label = @16
                                          block ;; label = @17
                                            local.get 1
                                            i32.const 255
                                            i32.and
                                            i32.const 3
                                            i32.eq
                                            br_if 0 (;@17;)
                                            local.get 8
                                            i32.load offset=24
                                            local.tee 1
                                            br_if 1 (;@16;)
                                          end
                                          local.get 8
                                          i32.const 11
                                          i32.store8 offset=79
                                          br 6 (;@10;)
                                        end
                                        local.get 8
                                        i32.load offset=20
                                        local.set 9
                                        local.get 8
                                        i32.load
                                        local.get 8
                                        i32.const 4
                                        i32.add
                                        i32.load
                                        call 1
                                        local.get 8
                                        i32.const 3
                                        i32.store8 offset=78
                                        local.get 8
                                        i32.const 0
                                        i32.store offset=8
                                        local.get 8
                                        i64.const 4294967296
                                        i64.store align=4
                                        local.get 8
                                        i32.const 0
                                        i32.store offset=32
                                        local.get 8
                                        local.get 8
                                        i32.const 52
                                        i32.add
                                        i32.store offset=28
                                        local.get 8
                                        local.get 1
                                        i32.store offset=16
                                        local.get 8
                                        local.get 9
                                        i32.store offset=12
                                        local.get 2
                                        i32.const 28
                                        i32.add
                                        local.get 8
                                        call 19
                                        br 11 (;@4;)
                                      end
                                      local.get 8
                                      i32.const 9
                                      i32.store8 offset=79
                                      local.get 8
                                      i32.const 1
                                      i32.store offset=44
                                      local.get 2
                                      i64.const 0
                                      i64.store offset=40 align=4
                                      local.get 2
                                      i32.const 1
                                      i32.store offset=28
                                      local.get 2
                                      local.get 8
                                      i32.const 36
                                      i32.add
                                      i32.store offset=36
                                      local.get 2
                                      local.get 8
                                      i32.load offset=12
                                      i32.const 2
                                      i32.add
                                      i32.store offset=32
                                      br 10 (;@4;)
                                    end
                                    local.get 8
                                    i32.load8_u offset=78
                                    i32.eqz
                                    br_if 8 (;@5;)
                                    local.get 2
                                    i32.const 28
                                    i32.add
                                    local.get 8
                                    call 19
                                    br 9 (;@4;)
                                  end
                                  local.get 8
                                  i32.load offset=44
                                  local.tee 1
                                  i32.const 2
                                  i32.eq
                                  br_if 6 (;@6;)
                                  block ;; label = @13
                                    local.get 1
                                    br_if 0 (;@13;)
                                    local.get 8
                                    i32.load8_u offset=77
                                    i32.const 1
                                    i32.and
                                    br_if 0 (;@13;)
                                    block ;; label = @14
                                      block ;; label = @15
                                        local.get 8
                                        i32.load8_u offset=78
                                        br_if 0 (;@15;)
                                        local.get 8
                                        i32.load offset=40
                                        i32.eqz
                                        br_if 1 (;@14;)
                                      end
                                      local.get 2
                                      i32.const 28
                                      i32.add
                                      local.get 8
                                      call 19
                                      br 10 (;@4;)
                                    end
                                    local.get 8
                                    i32.const 8
                                    local.get 8
                                    i32.load8_u offset=76
                                    local.tee 1
                                    i32.sub
                                    i32.store8 offset=79
                                    local.get 2
                                    i64.const 0
                                    i64.store offset=40 align=4
                                    local.get 2
                                    local.get 8
                                    i32.load offset=16
                                    i32.store offset=36
                                    local.get 2
                                    i32.const 1
                                    i32.store offset=28
                                    local.get 2
                                    i32.const 3
                                    local.get 8
                                    i32.load offset=12
                                    i32.const 1
                                    i32.add
                                    local.get 1
                                    select
                                    i32.store offset=32
                                    br 9 (;@4;)
                                  end
                                  local.get 8
                                  i32.const 8
                                  local.get 8
                                  i32.load8_u offset=76
                                  local.tee 1
                                  i32.sub
                                  i32.store8 offset=79
                                  local.get 2
                                  i64.const 0
                                  i64.store offset=40 align=4
                                  local.get 2
                                  local.get 8
                                  i32.load offset=16
                                  i32.store offset=36
                                  local.get 2
                                  i32.const 1
                                  i32.store offset=28
                                  local.get 2
                                  i32.const 3
                                  local.get 8
                                  i32.load offset=12
                                  i32.const 1
                                  i32.add
                                  local.get 1
                                  select
                                  i32.store offset=32
                                  br 8 (;@4;)
                                end
                                local.get 9
                                br_if 2 (;@9;)
                                local.get 8
                                i32.load8_u offset=76
                                i32.const 1
                                i32.and
                                i32.eqz
                                br_if 2 (;@9;)
                              end
                              local.get 8
                              i32.const 6
                              i32.store8 offset=79
                            end
                            local.get 2
                            i32.const 0
                            i32.store offset=28
                            br 5 (;@4;)
                          end
                          block ;; label = @9
                            local.get 9
                            br_if 0 (;@9;)
                            local.get 8
                            i32.const 5
                            i32.store8 offset=79
                            local.get 2
                            i32.const 0
                            i32.store offset=44
                            local.get 2
                            local.get 7
                            i32.store offset=40
                            local.get 2
                            i64.const 12884901889
                            i64.store offset=28 align=4
                            local.get 2
                            local.get 8
                            i32.load offset=16
                            i32.store offset=36
                            br 5 (;@4;)
                          end
                          local.get 2
                          i32.const 28
                          i32.add
                          local.get 8
                          local.get 1
                          call 15
                          br 4 (;@4;)
                        end
                        local.get 8
                        i32.const 9
                        i32.store8 offset=79
                        local.get 2
                        i64.const 0
                        i64.store offset=40 align=4
                        local.get 2
                        i32.const 1
                        i32.store offset=28
                        local.get 2
                        local.get 8
                        i32.const 36
                        i32.add
                        i32.store offset=36
                        local.get 2
                        local.get 8
                        i32.load offset=12
                        i32.const 3
                        i32.add
                        i32.store offset=32
                        br 3 (;@4;)
                      end
                      block ;; label = @7
                        loop ;; label = @8
                          local.get 3
                          i32.load
                          local.tee 8
                          i32.eqz
                          br_if 1 (;@7;)
                          local.get 8
                          i32.const 72
                          i32.add
                          local.set 3
                          local.get 8
                          i32.load8_u offset=79
                          i32.const 11
                          i32.eq
                          br_if 0 (;@8;)
                        end
                        local.get 2
                        i64.const 0
                        i64.store offset=16
                        local.get 2
                        i32.const 0
                        i32.store offset=8
                        local.get 2
                        local.get 7
                        i32.const 4
                        i32.shl
                        i32.const 2
                        i32.or
                        i32.store offset=12
                        br 6 (;@1;)
                      end
                      local.get 0
                      i32.const 1
                      i32.store8 offset=12
                      block ;; label = @7
                        local.get 7
                        i32.eqz
                        br_if 0 (;@7;)
                        local.get 2
                        i64.const 0
                        i64.store offset=16
                        local.get 2
                        local.get 7
                        i32.store offset=12
                        local.get 2
                        i32.const 2
                        i32.store offset=8
                        br 6 (;@1;)
                      end
                      local.get 2
                      i64.const 0
                      i64.store offset=16
                      local.get 2
                      i64.const 0
                      i64.store offset=8
                      br 5 (;@1;)
                    end
                    local.get 8
                    i32.const 2
                    i32.store8 offset=79
                    local.get 8
                    i32.const 0
                    i32.store offset=44
                    local.get 2
                    i32.const 0
                    i32.store offset=44
                    local.get 2
                    i64.const 1
                    i64.store offset=36 align=4
                    local.get 2
                    i64.const 1
                    i64.store offset=28 align=4
                    br 1 (;@4;)
                  end
                  local.get 8
                  i32.const 1
                  i32.store8 offset=79
                  local.get 2
                  i64.const 0
                  i64.store offset=40 align=4
                  local.get 2
                  i32.const 1
                  i32.store offset=28
                  local.get 2
                  local.get 8
                  i32.const 36
                  i32.add
                  i32.store offset=36
                  local.get 2
                  local.get 8
                  i32.load offset=12
                  i32.const 2
                  i32.add
                  i32.store offset=32
                end
                local.get 0
                local.get 7
                i32.store
                block ;; label = @4
                  local.get 2
                  i32.load offset=28
                  i32.eqz
                  br_if 0 (;@4;)
                  local.get 2
                  local.get 5
                  i64.load offset=8 align=4
                  i64.store offset=16
                  local.get 2
                  local.get 5
                  i64.load align=4
                  i64.store offset=8
                  br 3 (;@1;)
                end
                local.get 3
                i32.load
                local.set 8
                i32.const 0
                local.set 6
                block ;; label = @4
                  loop ;; label = @5
                    block ;; label = @6
                      local.get 8
                      br_if 0 (;@6;)
                      i32.const -1
                      local.set 6
                      br 2 (;@4;)
                    end
                    local.get 8
                    i32.load offset=72
                    local.set 10
                    block ;; label = @6
                      local.get 8
                      i32.load8_u offset=79
                      br_if 0 (;@6;)
                      i32.const 1
                      local.set 9
                      block ;; label = @7
                        block ;; label = @8
                          local.get 8
                          i32.load8_u offset=78
                          br_table 1 (;@7;) 4 (;@4;) 4 (;@4;) 0 (;@8;) 4 (;@4;)
                        end
                        i32.const 2
                        local.set 9
                      end
                      local.get 3
                      local.set 1
                      loop ;; label = @7
                        local.get 1
                        i32.load
                        local.tee 8
                        i32.eqz
                        br_if 3 (;@4;)
                        local.get 8
                        i32.const 72
                        i32.add
                        local.set 1
                        local.get 8
                        i32.load8_u offset=78
                        local.get 9
                        i32.ne
                        br_if 0 (;@7;)
                        local.get 8
                        i32.load8_u offset=79
                        i32.const 255
                        i32.and
                        i32.const 11
                        i32.eq
                        br_if 0 (;@7;)
                      end
                    end
                    local.get 6
                    i32.const 1
                    i32.add
                    local.set 6
                    local.get 10
                    local.set 8
                    br 0 (;@5;)
                  end
                end
                local.get 0
                local.get 6
                i32.store offset=4
                i32.const 0
                local.set 1
                br 0 (;@3;)
              end
            end
            local.get 2
            i64.const 0
            i64.store offset=16
            local.get 2
            i64.const 0
            i64.store offset=8
          end
          local.get 0
          local.get 2
          i32.const 8
          i32.add
          call 16
          local.get 2
          i32.const 48
          i32.add
          global.set 0
          i32.const 17404
        )
        (func (;19;) (type 0) (param i32 i32)
          (local i32 i32)
          block ;; label = @1
            block ;; label = @2
              block ;; label = @3
                block ;; label = @4
                  block ;; label = @5
                    block ;; label = @6
                      block ;; label = @7
                        local.get 1
                        i32.load8_u offset=78
                        br_table 3 (;@4;) 0 (;@7;) 1 (;@6;) 2 (;@5;) 6 (;@1;) 3 (;@4;)
                      end
                      local.get 1
                      i32.load offset=44
                      br_if 4 (;@2;)
                    end
                    local.get 1
                    i32.const 28
                    i32.add
                    local.set 2
                    local.get 1
                    i32.load offset=32
                    local.set 3
                    br 2 (;@3;)
                  end
                  local.get 1
                  i32.const 28
                  i32.add
                  local.set 2
                  i32.const 0
                  local.set 3
                  br 1 (;@3;)
                end
                local.get 1
                i32.load offset=40
                local.tee 2
                i32.const 268435455
                local.get 2
                i32.const 268435455
                i32.lt_u
                select
                local.set 3
                local.get 1
                i32.const 36
                i32.add
                local.set 2
              end
              local.get 1
              i32.const 3
              i32.store8 offset=79
              local.get 0
              local.get 3
              i32.store offset=16
              local.get 0
              i32.const 1
              i32.store
              local.get 0
              local.get 2
              i32.load
              i32.store offset=12
              local.get 0
              local.get 1
              i64.load offset=12 align=4
              i64.store offset=4 align=4
              return
            end
            local.get 0
            local.get 1
            call 21
            return
          end
          local.get 1
          i32.load offset=40
          local.set 2
          block ;; label = @1
            local.get 1
            i32.load offset=36
            local.tee 3
            i32.eqz
            br_if 0 (;@1;)
            block ;; label = @2
              local.get 1
              i32.load offset=52
              br_if 0 (;@2;)
              local.get 1
              i32.const 3
              i32.store8 offset=79
              local.get 0
              i32.const 0
              i32.store offset=16
              local.get 0
              local.get 2
              i32.store offset=12
              local.get 0
              local.get 3
              i32.store offset=8
              local.get 0
              i32.const 1
              i32.store
              local.get 0
              local.get 1
              i32.load offset=12
              i32.store offset=4
              return
            end
            local.get 0
            i32.const 0
            i32.store offset=16
            local.get 0
            local.get 2
            i32.store offset=12
            local.get 0
            local.get 3
            i32.store offset=8
            local.get 1
            i32.const 3
            i32.store8 offset=79
            local.get 0
            i64.const 17179869185
            i64.store align=4
            return
          end
          local.get 1
          i32.const 10
          i32.store8 offset=79
          local.get 0
          i64.const 0
          i64.store offset=12 align=4
          local.get 0
          local.get 2
          i32.store offset=8
          local.get 0
          i32.const 1
          i32.store
          local.get 0
          local.get 1
          i32.load offset=12
          i32.const 3
          i32.add
          i32.store offset=4
        )
        (func (;20;) (type 2) (result i32)
          (local i32)
          block ;; label = @1
            i32.const 4
            i32.const 16
            call 4
            local.tee 0
            br_if 0 (;@1;)
            call 3
            unreachable
          end
          local.get 0
          i64.const 0
          i64.store offset=5 align=1
          local.get 0
          i64.const 0
          i64.store align=4
          local.get 0
        )
        (func (;21;) (type 0) (param i32 i32)
          (local i32)
          local.get 0
          i64.const 0
          i64.store offset=12 align=4
          local.get 0
          i32.const 1
          i32.store
          local.get 0
          local.get 1
          i32.load offset=16
          i32.store offset=8
          local.get 1
          i32.const 8
          local.get 1
          i32.load8_u offset=76
          local.tee 2
          i32.sub
          i32.store8 offset=79
          local.get 0
          i32.const 3
          local.get 1
          i32.load offset=12
          i32.const 1
          i32.add
          local.get 2
          select
          i32.store offset=4
        )
        (data (;0;) (i32.const 16384) "UTC\00\00\00\00\00\0f\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00the mount has no space leftthe file would be too largethe file could not be written/.\01. ///\5c;?#/!#$%&'*+-.^_`|~GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCHhttps://http://CONNECT-._~/!$&'()*+,;=:@\00\01the store is full;the value is no number;the number is out of range;the cursor is not known\00trace debug info warn error critical\5cn\5cr\5cu{\01\00\00\00?\00\00\00\00\00\00\000.0x*.:::\00\00\00\01\00\00\00\08\00\00\00\00\00\00\00")
        (data (;1;) (i32.const 16800) "\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\08\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\08\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\08\00\00\00\00\00\00\00\08\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\08\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\08\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\08\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\80\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\08\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00")
      )
      (core instance (;1;)
        (export "memory" (memory 0))
      )
      (core instance (;2;) (instantiate 1
          (with "env" (instance 1))
        )
      )
      (type (;0;) (resource (rep i32)))
      (type (;1;) (resource (rep i32)))
      (type (;2;) (resource (rep i32)))
      (type (;3;) (resource (rep i32)))
      (core func (;1;) (canon context.get i32 0))
      (alias core export 2 "2" (core func (;2;)))
      (alias core export 2 "1" (core func (;3;)))
      (core func (;4;) (canon waitable-set.new))
      (core func (;5;) (canon waitable-set.drop))
      (core func (;6;) (canon waitable.join))
      (type (;4;) (enum "io" "illegal-byte-sequence" "pipe"))
      (type (;5;) (result (error 4)))
      (type (;6;) (future 5))
      (core func (;7;) (canon future.write 6 (memory 0) async))
      (core func (;8;) (canon future.drop-writable 6))
      (type (;7;) (result (error 4)))
      (type (;8;) (future 7))
      (core func (;9;) (canon future.write 8 (memory 0) async))
      (core func (;10;) (canon future.drop-writable 8))
      (type (;9;) (result (error 4)))
      (type (;10;) (future 9))
      (core func (;11;) (canon future.write 10 (memory 0) async))
      (core func (;12;) (canon future.drop-writable 10))
      (type (;11;) (option string))
      (type (;12;) (variant (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress") (case "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop") (case "too-many-links") (case "message-size") (case "name-too-long") (case "no-device") (case "no-entry") (case "no-lock") (case "insufficient-memory") (case "insufficient-space") (case "not-directory") (case "not-empty") (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device") (case "overflow") (case "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek") (case "text-file-busy") (case "cross-device") (case "other" 11)))
      (type (;13;) (result (error 12)))
      (type (;14;) (future 13))
      (core func (;13;) (canon future.write 14 (memory 0) async))
      (core func (;14;) (canon future.drop-writable 14))
      (core module (;2;)
        (type (;0;) (func (result i32)))
        (type (;1;) (func (param i32 i32) (result i32)))
        (type (;2;) (func (param i32 i32 i32) (result i32)))
        (type (;3;) (func (param i32)))
        (type (;4;) (func (param i32 i32)))
        (import "i" "0" (func (;0;) (type 0)))
        (import "i" "1" (func (;1;) (type 1)))
        (import "i" "2" (func (;2;) (type 2)))
        (import "i" "3" (func (;3;) (type 0)))
        (import "i" "4" (func (;4;) (type 3)))
        (import "i" "5" (func (;5;) (type 4)))
        (import "i" "6" (func (;6;) (type 1)))
        (import "i" "7" (func (;7;) (type 3)))
        (import "i" "8" (func (;8;) (type 1)))
        (import "i" "9" (func (;9;) (type 3)))
        (import "i" "10" (func (;10;) (type 1)))
        (import "i" "11" (func (;11;) (type 3)))
        (import "i" "12" (func (;12;) (type 1)))
        (import "i" "13" (func (;13;) (type 3)))
        (import "i" "m" (memory (;0;) 1))
        (import "i" "n" (global (;0;) (mut i32)))
        (import "i" "v" (global (;1;) (mut i32)))
        (import "i" "f" (global (;2;) (mut i32)))
        (export "d" (func 14))
        (export "c" (func 15))
        (func (;14;) (type 1) (param i32 i32) (result i32)
          (local i32)
          loop ;; label = @1
            block ;; label = @2
              local.get 1
              i32.load
              i32.const 1
              i32.eq
              if ;; label = @3
                call 3
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              i32.const 2
              i32.eq
              if ;; label = @3
                local.get 1
                i32.load offset=4
                call 4
                i32.const 0
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              i32.const 3
              i32.eq
              if ;; label = @3
                local.get 1
                i32.load offset=4
                local.get 1
                i32.load offset=8
                call 5
                i32.const 0
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              i32.const 5
              i32.eq
              if ;; label = @3
                local.get 1
                i32.load offset=4
                local.get 1
                i32.load offset=8
                call 6
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              i32.const 6
              i32.eq
              if ;; label = @3
                local.get 1
                i32.load offset=4
                call 7
                i32.const 0
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              i32.const 9
              i32.eq
              if ;; label = @3
                local.get 1
                i32.load offset=4
                local.get 1
                i32.load offset=8
                call 8
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              i32.const 10
              i32.eq
              if ;; label = @3
                local.get 1
                i32.load offset=4
                call 9
                i32.const 0
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              i32.const 13
              i32.eq
              if ;; label = @3
                local.get 1
                i32.load offset=4
                local.get 1
                i32.load offset=8
                call 10
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              i32.const 14
              i32.eq
              if ;; label = @3
                local.get 1
                i32.load offset=4
                call 11
                i32.const 0
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              i32.const 17
              i32.eq
              if ;; label = @3
                local.get 1
                i32.load offset=4
                local.get 1
                i32.load offset=8
                call 12
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              i32.const 18
              i32.eq
              if ;; label = @3
                local.get 1
                i32.load offset=4
                call 13
                i32.const 0
                local.set 2
                br 1 (;@2;)
              end
              local.get 1
              i32.load
              if ;; label = @3
                unreachable
              end
              local.get 1
              i32.load offset=4
              return
            end
            local.get 0
            local.get 2
            call 1
            local.set 1
            br 0 (;@1;)
          end
          unreachable
        )
        (func (;15;) (type 2) (param i32 i32 i32) (result i32)
          (local i32)
          call 0
          local.tee 3
          local.get 3
          local.get 1
          local.get 2
          call 2
          call 14
        )
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
        (export "m" (memory 0))
        (export "n" (global 0))
        (export "v" (global 1))
        (export "f" (global 2))
      )
      (core instance (;4;) (instantiate 2
          (with "i" (instance 3))
        )
      )
      (alias core export 2 "3" (core func (;15;)))
      (core func (;16;) (canon context.set i32 0))
      (type (;15;) (stream u8))
      (core func (;17;) (canon stream.new 15))
      (core func (;18;) (canon stream.drop-writable 15))
      (core func (;19;) (canon future.new 6))
      (alias core export 2 "0" (core func (;20;)))
      (type (;16;) (tuple 15 6))
      (core func (;21;) (canon task.return (result 16) (memory 0)))
      (alias core export 2 "2" (core func (;22;)))
      (alias core export 4 "d" (core func (;23;)))
      (type (;17;) (stream u8))
      (core func (;24;) (canon stream.drop-readable 17))
      (core func (;25;) (canon future.new 8))
      (core func (;26;) (canon task.return (result 8) (memory 0)))
      (type (;18;) (stream u8))
      (core func (;27;) (canon stream.drop-readable 18))
      (core func (;28;) (canon future.new 10))
      (core func (;29;) (canon task.return (result 10) (memory 0)))
      (type (;19;) (stream u8))
      (core func (;30;) (canon stream.new 19))
      (core func (;31;) (canon stream.drop-writable 19))
      (core func (;32;) (canon future.new 14))
      (type (;20;) (tuple 19 14))
      (core func (;33;) (canon task.return (result 20) (memory 0)))
      (core module (;3;)
        (type (;0;) (func (result i32)))
        (type (;1;) (func (param i32)))
        (type (;2;) (func (result i64)))
        (type (;3;) (func (param i32 i32 i32 i32)))
        (type (;4;) (func (param i32 i32)))
        (type (;5;) (func (param i32 i32) (result i32)))
        (type (;6;) (func (param i32) (result i32)))
        (type (;7;) (func (param i64)))
        (type (;8;) (func (param i32 i64) (result i32)))
        (type (;9;) (func (param i32 i32 i32 i32 i32 i32) (result i32)))
        (import "i" "0" (func (;0;) (type 0)))
        (import "i" "1" (func (;1;) (type 1)))
        (import "i" "2" (func (;2;) (type 2)))
        (import "i" "3" (func (;3;) (type 1)))
        (import "i" "4" (func (;4;) (type 2)))
        (import "i" "5" (func (;5;) (type 3)))
        (import "i" "6" (func (;6;) (type 4)))
        (import "i" "7" (func (;7;) (type 5)))
        (import "i" "8" (func (;8;) (type 5)))
        (import "i" "9" (func (;9;) (type 1)))
        (import "i" "10" (func (;10;) (type 2)))
        (import "i" "11" (func (;11;) (type 1)))
        (import "i" "12" (func (;12;) (type 1)))
        (import "i" "13" (func (;13;) (type 2)))
        (import "i" "14" (func (;14;) (type 1)))
        (import "i" "15" (func (;15;) (type 2)))
        (import "i" "16" (func (;16;) (type 1)))
        (import "i" "17" (func (;17;) (type 2)))
        (import "i" "18" (func (;18;) (type 4)))
        (import "i" "m" (memory (;0;) 1))
        (import "i" "n" (global (;0;) (mut i32)))
        (import "i" "v" (global (;1;) (mut i32)))
        (import "i" "f" (global (;2;) (mut i32)))
        (export "0" (func 19))
        (export "1" (func 20))
        (export "2" (func $"denied: wasi:cli/exit@0.3.0#exit"))
        (export "3" (func 22))
        (export "4" (func 23))
        (export "5" (func 24))
        (export "6" (func 25))
        (export "7" (func 26))
        (export "8" (func 27))
        (export "9" (func 28))
        (export "10" (func 29))
        (export "11" (func 30))
        (export "12" (func $"denied: wasi:random/random@0.3.0#get-random-u64"))
        (export "13" (func 32))
        (export "14" (func 33))
        (export "p" (func 34))
        (func (;19;) (type 0) (result i32)
          i32.const 17952
        )
        (func (;20;) (type 0) (result i32)
          i32.const 17960
        )
        (func $"denied: wasi:cli/exit@0.3.0#exit" (;21;) (type 1) (param i32)
          unreachable
        )
        (func (;22;) (type 0) (result i32)
          (local i32 i64 i64)
          call 0
          local.tee 0
          call 1
          call 2
          local.tee 1
          i64.const 32
          i64.shr_u
          i32.wrap_i64
          call 3
          local.get 1
          i32.wrap_i64
          local.get 0
          i32.const 5
          call 4
          local.tee 2
          i64.const 32
          i64.shr_u
          i32.wrap_i64
          i32.const 17972
          call 5
          local.get 2
          i32.wrap_i64
          call 6
          local.get 0
          local.get 0
          i32.const 0
          call 7
          call 8
        )
        (func (;23;) (type 6) (param i32) (result i32)
          (local i32 i64)
          call 0
          local.tee 1
          call 1
          local.get 0
          call 9
          local.get 1
          i32.const 9
          call 10
          local.tee 2
          i64.const 32
          i64.shr_u
          i32.wrap_i64
          i32.const 17972
          call 5
          local.get 2
          i32.wrap_i64
          call 11
          local.get 1
          local.get 1
          i32.const 0
          call 7
          call 8
        )
        (func (;24;) (type 6) (param i32) (result i32)
          (local i32 i64)
          call 0
          local.tee 1
          call 1
          local.get 0
          call 12
          local.get 1
          i32.const 13
          call 13
          local.tee 2
          i64.const 32
          i64.shr_u
          i32.wrap_i64
          i32.const 17972
          call 5
          local.get 2
          i32.wrap_i64
          call 14
          local.get 1
          local.get 1
          i32.const 0
          call 7
          call 8
        )
        (func (;25;) (type 0) (result i32)
          i32.const 17976
        )
        (func (;26;) (type 2) (result i64)
          i64.const 1
        )
        (func (;27;) (type 7) (param i64))
        (func (;28;) (type 0) (result i32)
          i32.const 17984
        )
        (func (;29;) (type 8) (param i32 i64) (result i32)
          (local i32 i64 i64)
          call 0
          local.tee 2
          call 1
          call 15
          local.tee 3
          i64.const 32
          i64.shr_u
          i32.wrap_i64
          call 16
          local.get 3
          i32.wrap_i64
          local.get 2
          i32.const 17
          call 17
          local.tee 4
          i64.const 32
          i64.shr_u
          i32.wrap_i64
          i32.const 18000
          call 5
          local.get 4
          i32.wrap_i64
          call 18
          local.get 2
          local.get 2
          i32.const 0
          call 7
          call 8
        )
        (func (;30;) (type 9) (param i32 i32 i32 i32 i32 i32) (result i32)
          global.get 2
          global.set 0
          i32.const 18000
        )
        (func $"denied: wasi:random/random@0.3.0#get-random-u64" (;31;) (type 2) (result i64)
          unreachable
        )
        (func (;32;) (type 6) (param i32) (result i32)
          i32.const 18000
        )
        (func (;33;) (type 5) (param i32 i32) (result i32)
          global.get 2
          global.set 0
          i32.const 18000
        )
        (func (;34;) (type 1) (param i32)
          global.get 2
          global.set 0
        )
        (data (;0;) (i32.const 17952) " F\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01")
      )
      (core instance (;5;)
        (export "0" (func 15))
        (export "1" (func 16))
        (export "2" (func 17))
        (export "3" (func 18))
        (export "4" (func 19))
        (export "5" (func 20))
        (export "6" (func 21))
        (export "7" (func 22))
        (export "8" (func 23))
        (export "9" (func 24))
        (export "10" (func 25))
        (export "11" (func 26))
        (export "12" (func 27))
        (export "13" (func 28))
        (export "14" (func 29))
        (export "15" (func 30))
        (export "16" (func 31))
        (export "17" (func 32))
        (export "18" (func 33))
        (export "m" (memory 0))
        (export "n" (global 0))
        (export "v" (global 1))
        (export "f" (global 2))
      )
      (core instance (;6;) (instantiate 3
          (with "i" (instance 5))
        )
      )
      (alias core export 4 "c" (core func (;34;)))
      (alias core export 6 "0" (core func (;35;)))
      (type (;21;) (tuple string string))
      (type (;22;) (list 21))
      (type (;23;) (func (result 22)))
      (func (;0;) (type 23) (canon lift (core func 35) (memory 0)))
      (type (;24;) (list string))
      (type (;25;) (func (result 24)))
      (func (;1;) (type 25) (canon lift (core func 35) (memory 0)))
      (alias core export 6 "1" (core func (;36;)))
      (type (;26;) (option string))
      (type (;27;) (func (result 26)))
      (func (;2;) (type 27) (canon lift (core func 36) (memory 0)))
      (alias core export 6 "2" (core func (;37;)))
      (type (;28;) (result))
      (type (;29;) (func (param "status" 28)))
      (func (;3;) (type 29) (canon lift (core func 37)))
      (alias core export 6 "3" (core func (;38;)))
      (type (;30;) (stream u8))
      (type (;31;) (enum "io" "illegal-byte-sequence" "pipe"))
      (type (;32;) (result (error 31)))
      (type (;33;) (future 32))
      (type (;34;) (tuple 30 33))
      (type (;35;) (func async (result 34)))
      (func (;4;) (type 35) (canon lift (core func 38) (memory 0) async (callback 34)))
      (alias core export 6 "4" (core func (;39;)))
      (type (;36;) (stream u8))
      (type (;37;) (enum "io" "illegal-byte-sequence" "pipe"))
      (type (;38;) (result (error 37)))
      (type (;39;) (future 38))
      (type (;40;) (func async (param "data" 36) (result 39)))
      (func (;5;) (type 40) (canon lift (core func 39) (memory 0) async (callback 34)))
      (alias core export 6 "5" (core func (;40;)))
      (type (;41;) (stream u8))
      (type (;42;) (enum "io" "illegal-byte-sequence" "pipe"))
      (type (;43;) (result (error 42)))
      (type (;44;) (future 43))
      (type (;45;) (func async (param "data" 41) (result 44)))
      (func (;6;) (type 45) (canon lift (core func 40) (memory 0) async (callback 34)))
      (alias core export 6 "6" (core func (;41;)))
      (type (;46;) (own 0))
      (type (;47;) (option 46))
      (type (;48;) (func (result 47)))
      (func (;7;) (type 48) (canon lift (core func 41) (memory 0)))
      (alias core export 6 "7" (core func (;42;)))
      (type (;49;) u64)
      (type (;50;) (func (result 49)))
      (func (;8;) (type 50) (canon lift (core func 42)))
      (alias core export 6 "8" (core func (;43;)))
      (type (;51;) u64)
      (type (;52;) (func async (param "how-long" 51)))
      (func (;9;) (type 52) (canon lift (core func 43)))
      (alias core export 6 "9" (core func (;44;)))
      (type (;53;) (record (field "seconds" s64) (field "nanoseconds" u32)))
      (type (;54;) (func (result 53)))
      (func (;10;) (type 54) (canon lift (core func 44) (memory 0)))
      (alias core export 6 "10" (core func (;45;)))
      (type (;55;) (borrow 1))
      (type (;56;) u64)
      (type (;57;) (stream u8))
      (type (;58;) (option string))
      (type (;59;) (variant (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress") (case "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop") (case "too-many-links") (case "message-size") (case "name-too-long") (case "no-device") (case "no-entry") (case "no-lock") (case "insufficient-memory") (case "insufficient-space") (case "not-directory") (case "not-empty") (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device") (case "overflow") (case "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek") (case "text-file-busy") (case "cross-device") (case "other" 58)))
      (type (;60;) (result (error 59)))
      (type (;61;) (future 60))
      (type (;62;) (tuple 57 61))
      (type (;63;) (func async (param "self" 55) (param "offset" 56) (result 62)))
      (func (;11;) (type 63) (canon lift (core func 45) (memory 0) async (callback 34)))
      (alias core export 6 "11" (core func (;46;)))
      (type (;64;) (flags "symlink-follow"))
      (type (;65;) (flags "create" "directory" "exclusive" "truncate"))
      (type (;66;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
      (type (;67;) (own 1))
      (type (;68;) (result 67 (error 59)))
      (type (;69;) (func async (param "self" 55) (param "path-flags" 64) (param "path" string) (param "open-flags" 65) (param "flags" 66) (result 68)))
      (func (;12;) (type 69) (canon lift (core func 46) (memory 0) (realloc 0)))
      (type (;70;) (own 1))
      (type (;71;) (tuple 70 string))
      (type (;72;) (list 71))
      (type (;73;) (func (result 72)))
      (func (;13;) (type 73) (canon lift (core func 35) (memory 0)))
      (alias core export 6 "12" (core func (;47;)))
      (type (;74;) (func (result u64)))
      (func (;14;) (type 74) (canon lift (core func 47)))
      (alias core export 6 "13" (core func (;48;)))
      (type (;75;) (enum "ipv4" "ipv6"))
      (type (;76;) (own 2))
      (type (;77;) (option string))
      (type (;78;) (variant (case "access-denied") (case "not-supported") (case "invalid-argument") (case "out-of-memory") (case "timeout") (case "invalid-state") (case "address-not-bindable") (case "address-in-use") (case "remote-unreachable") (case "connection-refused") (case "connection-broken") (case "connection-reset") (case "connection-aborted") (case "datagram-too-large") (case "other" 77)))
      (type (;79;) (result 76 (error 78)))
      (type (;80;) (func (param "address-family" 75) (result 79)))
      (func (;15;) (type 80) (canon lift (core func 48) (memory 0)))
      (type (;81;) (own 3))
      (type (;82;) (result 81 (error 78)))
      (type (;83;) (func (param "address-family" 75) (result 82)))
      (func (;16;) (type 83) (canon lift (core func 48) (memory 0)))
      (alias core export 6 "14" (core func (;49;)))
      (type (;84;) (tuple u8 u8 u8 u8))
      (type (;85;) (tuple u16 u16 u16 u16 u16 u16 u16 u16))
      (type (;86;) (variant (case "ipv4" 84) (case "ipv6" 85)))
      (type (;87;) (list 86))
      (type (;88;) (option string))
      (type (;89;) (variant (case "access-denied") (case "invalid-argument") (case "name-unresolvable") (case "temporary-resolver-failure") (case "permanent-resolver-failure") (case "other" 88)))
      (type (;90;) (result 87 (error 89)))
      (type (;91;) (func async (param "name" string) (result 90)))
      (func (;17;) (type 91) (canon lift (core func 49) (memory 0) (realloc 0)))
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
      (type (;92;) (enum "io" "illegal-byte-sequence" "pipe"))
      (component (;2;)
        (type (;0;) (enum "io" "illegal-byte-sequence" "pipe"))
        (import "t0" (type (;1;) (eq 0)))
        (type (;2;) (enum "io" "illegal-byte-sequence" "pipe"))
        (export (;3;) "error-code" (type 2))
      )
      (instance (;4;) (instantiate 2
          (with "t0" (type 92))
        )
      )
      (export (;5;) "wasi:cli/types@0.3.0" (instance 4))
      (alias export 5 "error-code" (type (;93;)))
      (component (;3;)
        (type (;0;) (enum "io" "illegal-byte-sequence" "pipe"))
        (import "t0" (type (;1;) (eq 0)))
        (export (;2;) "error-code" (type 1))
        (type (;3;) (stream u8))
        (type (;4;) (result (error 1)))
        (type (;5;) (future 4))
        (type (;6;) (tuple 3 5))
        (type (;7;) (func async (result 6)))
        (import "f0" (func (;0;) (type 7)))
        (type (;8;) (stream u8))
        (type (;9;) (result (error 2)))
        (type (;10;) (future 9))
        (type (;11;) (tuple 8 10))
        (type (;12;) (func async (result 11)))
        (export (;1;) "read-via-stream" (func 0) (func (type 12)))
      )
      (instance (;6;) (instantiate 3
          (with "t0" (type 93))
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
        (type (;6;) (func async (param "data" 3) (result 5)))
        (import "f0" (func (;0;) (type 6)))
        (type (;7;) (stream u8))
        (type (;8;) (result (error 2)))
        (type (;9;) (future 8))
        (type (;10;) (func async (param "data" 7) (result 9)))
        (export (;1;) "write-via-stream" (func 0) (func (type 10)))
      )
      (instance (;8;) (instantiate 4
          (with "t0" (type 93))
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
        (type (;6;) (func async (param "data" 3) (result 5)))
        (import "f0" (func (;0;) (type 6)))
        (type (;7;) (stream u8))
        (type (;8;) (result (error 2)))
        (type (;9;) (future 8))
        (type (;10;) (func async (param "data" 7) (result 9)))
        (export (;1;) "write-via-stream" (func 0) (func (type 10)))
      )
      (instance (;10;) (instantiate 5
          (with "t0" (type 93))
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
      (alias export 13 "terminal-output" (type (;94;)))
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
          (with "t0" (type 94))
          (with "f0" (func 7))
        )
      )
      (export (;15;) "wasi:cli/terminal-stdout@0.3.0" (instance 14))
      (type (;95;) u64)
      (component (;8;)
        (type (;0;) u64)
        (import "t0" (type (;1;) (eq 0)))
        (type (;2;) u64)
        (export (;3;) "duration" (type 2))
      )
      (instance (;16;) (instantiate 8
          (with "t0" (type 95))
        )
      )
      (export (;17;) "wasi:clocks/types@0.3.0" (instance 16))
      (alias export 17 "duration" (type (;96;)))
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
          (with "t0" (type 49))
          (with "t1" (type 96))
          (with "f0" (func 8))
          (with "f1" (func 9))
        )
      )
      (export (;19;) "wasi:clocks/monotonic-clock@0.3.0" (instance 18))
      (alias export 19 "mark" (type (;97;)))
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
          (with "t0" (type 53))
          (with "f0" (func 10))
        )
      )
      (export (;21;) "wasi:clocks/system-clock@0.3.0" (instance 20))
      (alias export 21 "instant" (type (;98;)))
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
        (type (;29;) (func async (param "self" 24) (param "offset" 21) (result 28)))
        (import "f0" (func (;0;) (type 29)))
        (type (;30;) (borrow 1))
        (type (;31;) (stream u8))
        (type (;32;) (result (error 19)))
        (type (;33;) (future 32))
        (type (;34;) (tuple 31 33))
        (type (;35;) (func async (param "self" 30) (param "offset" 23) (result 34)))
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
          (with "t1" (type 64))
          (with "t2" (type 65))
          (with "t3" (type 66))
          (with "t4" (type 59))
          (with "t5" (type 56))
          (with "f0" (func 11))
          (with "f1" (func 12))
        )
      )
      (export (;23;) "wasi:filesystem/types@0.3.0" (instance 22))
      (alias export 23 "descriptor" (type (;99;)))
      (alias export 23 "path-flags" (type (;100;)))
      (alias export 23 "open-flags" (type (;101;)))
      (alias export 23 "descriptor-flags" (type (;102;)))
      (alias export 23 "error-code" (type (;103;)))
      (alias export 23 "filesize" (type (;104;)))
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
          (with "t0" (type 99))
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
      (type (;105;) (tuple u8 u8 u8 u8))
      (type (;106;) (tuple u16 u16 u16 u16 u16 u16 u16 u16))
      (type (;107;) (variant (case "ipv4" 105) (case "ipv6" 106)))
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
          (with "t2" (type 75))
          (with "t3" (type 78))
          (with "t4" (type 105))
          (with "t5" (type 106))
          (with "t6" (type 107))
          (with "f0" (func 15))
          (with "f1" (func 16))
        )
      )
      (export (;29;) "wasi:sockets/types@0.3.0" (instance 28))
      (alias export 29 "tcp-socket" (type (;108;)))
      (alias export 29 "udp-socket" (type (;109;)))
      (alias export 29 "ip-address-family" (type (;110;)))
      (alias export 29 "error-code" (type (;111;)))
      (alias export 29 "ipv4-address" (type (;112;)))
      (alias export 29 "ipv6-address" (type (;113;)))
      (alias export 29 "ip-address" (type (;114;)))
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
          (with "t0" (type 114))
          (with "t1" (type 89))
          (with "f0" (func 17))
        )
      )
      (export (;31;) "wasi:sockets/ip-name-lookup@0.3.0" (instance 30))
      (alias export 31 "error-code" (type (;115;)))
    )
    (instance (;0;) (instantiate 0))
    (alias export 0 "wasi:cli/environment@0.3.0" (instance (;1;)))
    (alias export 0 "wasi:cli/exit@0.3.0" (instance (;2;)))
    (alias export 0 "wasi:cli/types@0.3.0" (instance (;3;)))
    (alias export 0 "wasi:cli/stdin@0.3.0" (instance (;4;)))
    (alias export 0 "wasi:cli/stdout@0.3.0" (instance (;5;)))
    (alias export 0 "wasi:cli/stderr@0.3.0" (instance (;6;)))
    (alias export 0 "wasi:cli/terminal-output@0.3.0" (instance (;7;)))
    (alias export 0 "wasi:cli/terminal-stdout@0.3.0" (instance (;8;)))
    (alias export 0 "wasi:clocks/types@0.3.0" (instance (;9;)))
    (alias export 0 "wasi:clocks/monotonic-clock@0.3.0" (instance (;10;)))
    (alias export 0 "wasi:clocks/system-clock@0.3.0" (instance (;11;)))
    (alias export 0 "wasi:filesystem/types@0.3.0" (instance (;12;)))
    (alias export 0 "wasi:filesystem/preopens@0.3.0" (instance (;13;)))
    (alias export 0 "wasi:random/random@0.3.0" (instance (;14;)))
    (alias export 0 "wasi:sockets/types@0.3.0" (instance (;15;)))
    (alias export 0 "wasi:sockets/ip-name-lookup@0.3.0" (instance (;16;)))
    (alias export 7 "terminal-output" (type (;0;)))
    (alias export 12 "descriptor" (type (;1;)))
    (alias export 15 "tcp-socket" (type (;2;)))
    (alias export 15 "udp-socket" (type (;3;)))
    (alias export 1 "get-environment" (func (;0;)))
    (alias export 1 "get-arguments" (func (;1;)))
    (alias export 1 "get-initial-cwd" (func (;2;)))
    (alias export 2 "exit" (func (;3;)))
    (alias export 4 "read-via-stream" (func (;4;)))
    (alias export 5 "write-via-stream" (func (;5;)))
    (alias export 6 "write-via-stream" (func (;6;)))
    (alias export 8 "get-terminal-stdout" (func (;7;)))
    (alias export 10 "now" (func (;8;)))
    (alias export 10 "wait-for" (func (;9;)))
    (alias export 11 "now" (func (;10;)))
    (alias export 12 "[method]descriptor.read-via-stream" (func (;11;)))
    (alias export 12 "[method]descriptor.open-at" (func (;12;)))
    (alias export 13 "get-directories" (func (;13;)))
    (alias export 14 "get-random-u64" (func (;14;)))
    (alias export 15 "[static]tcp-socket.create" (func (;15;)))
    (alias export 15 "[static]udp-socket.create" (func (;16;)))
    (alias export 16 "resolve-addresses" (func (;17;)))
    (alias export 4 "error-code" (type (;4;)))
    (alias export 5 "error-code" (type (;5;)))
    (alias export 6 "error-code" (type (;6;)))
    (alias export 12 "descriptor" (type (;7;)))
    (alias export 12 "error-code" (type (;8;)))
    (alias export 12 "filesize" (type (;9;)))
    (component (;1;)
      (type (;0;) (enum "io" "illegal-byte-sequence" "pipe"))
      (import "t0" (type (;1;) (eq 0)))
      (import "t1" (type (;2;) (eq 1)))
      (import "t2" (type (;3;) (eq 1)))
      (import "t3" (type (;4;) (sub resource)))
      (type (;5;) (option string))
      (type (;6;) (variant (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress") (case "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop") (case "too-many-links") (case "message-size") (case "name-too-long") (case "no-device") (case "no-entry") (case "no-lock") (case "insufficient-memory") (case "insufficient-space") (case "not-directory") (case "not-empty") (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device") (case "overflow") (case "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek") (case "text-file-busy") (case "cross-device") (case "other" 5)))
      (import "t4" (type (;7;) (eq 6)))
      (type (;8;) u64)
      (import "t5" (type (;9;) (eq 8)))
      (type (;10;) (stream u8))
      (type (;11;) (result (error 1)))
      (type (;12;) (future 11))
      (type (;13;) (tuple 10 12))
      (type (;14;) (func async (result 13)))
      (import "f0" (func (;0;) (type 14)))
      (type (;15;) (stream u8))
      (type (;16;) (result (error 2)))
      (type (;17;) (future 16))
      (type (;18;) (func async (param "data" 15) (result 17)))
      (import "f1" (func (;1;) (type 18)))
      (type (;19;) (stream u8))
      (type (;20;) (result (error 3)))
      (type (;21;) (future 20))
      (type (;22;) (func async (param "data" 19) (result 21)))
      (import "f2" (func (;2;) (type 22)))
      (type (;23;) (borrow 4))
      (type (;24;) (stream u8))
      (type (;25;) (result (error 7)))
      (type (;26;) (future 25))
      (type (;27;) (tuple 24 26))
      (type (;28;) (func async (param "self" 23) (param "offset" 9) (result 27)))
      (import "f3" (func (;3;) (type 28)))
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
      (core func (;1;) (canon lower (func 0) (memory 0) (realloc 0) async))
      (core func (;2;) (canon lower (func 1) (memory 0) (realloc 0) async))
      (core func (;3;) (canon lower (func 2) (memory 0) (realloc 0) async))
      (core func (;4;) (canon lower (func 3) (memory 0) (realloc 0) async))
      (core func (;5;) (canon resource.drop 4))
      (core module (;1;)
        (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
        (type (;1;) (func (param i32) (result i32)))
        (type (;2;) (func (param i32 i32) (result i32)))
        (type (;3;) (func (param i32 i64 i32) (result i32)))
        (type (;4;) (func (param i32)))
        (type (;5;) (func (result i32)))
        (type (;6;) (func (param i32 i64) (result i32)))
        (import "i" "0" (func (;0;) (type 0)))
        (import "i" "1" (func (;1;) (type 1)))
        (import "i" "2" (func (;2;) (type 2)))
        (import "i" "3" (func (;3;) (type 2)))
        (import "i" "4" (func (;4;) (type 3)))
        (import "i" "5" (func (;5;) (type 4)))
        (import "i" "m" (memory (;0;) 1))
        (import "i" "n" (global (;0;) (mut i32)))
        (import "i" "v" (global (;1;) (mut i32)))
        (import "i" "f" (global (;2;) (mut i32)))
        (export "0" (func 6))
        (export "1" (func 7))
        (export "2" (func 8))
        (export "3" (func 9))
        (export "p" (func 10))
        (func (;6;) (type 5) (result i32)
          (local i32)
          i32.const 16
          i32.const 16
          i32.load
          i32.const 1
          i32.add
          i32.store
          i32.const 0
          i32.const 0
          i32.const 4
          i32.const 8
          call 0
          local.set 0
          local.get 0
          call 1
          i32.const 2
          i32.ne
          if ;; label = @1
            unreachable
          end
          i32.const 16
          i32.const 16
          i32.load
          i32.const -1
          i32.add
          i32.store
          i32.const 16
          i32.load
          i32.eqz
          if ;; label = @1
            global.get 2
            global.set 0
          end
          local.get 0
        )
        (func (;7;) (type 1) (param i32) (result i32)
          (local i32)
          i32.const 16
          i32.const 16
          i32.load
          i32.const 1
          i32.add
          i32.store
          i32.const 0
          i32.const 0
          i32.const 4
          i32.const 4
          call 0
          local.set 1
          local.get 0
          local.get 1
          call 2
          i32.const 2
          i32.ne
          if ;; label = @1
            unreachable
          end
          i32.const 16
          i32.const 16
          i32.load
          i32.const -1
          i32.add
          i32.store
          i32.const 16
          i32.load
          i32.eqz
          if ;; label = @1
            global.get 2
            global.set 0
          end
          local.get 1
          i32.load
        )
        (func (;8;) (type 1) (param i32) (result i32)
          (local i32)
          i32.const 16
          i32.const 16
          i32.load
          i32.const 1
          i32.add
          i32.store
          i32.const 0
          i32.const 0
          i32.const 4
          i32.const 4
          call 0
          local.set 1
          local.get 0
          local.get 1
          call 3
          i32.const 2
          i32.ne
          if ;; label = @1
            unreachable
          end
          i32.const 16
          i32.const 16
          i32.load
          i32.const -1
          i32.add
          i32.store
          i32.const 16
          i32.load
          i32.eqz
          if ;; label = @1
            global.get 2
            global.set 0
          end
          local.get 1
          i32.load
        )
        (func (;9;) (type 6) (param i32 i64) (result i32)
          (local i32)
          i32.const 16
          i32.const 16
          i32.load
          i32.const 1
          i32.add
          i32.store
          i32.const 0
          i32.const 0
          i32.const 4
          i32.const 8
          call 0
          local.set 2
          local.get 0
          local.get 1
          local.get 2
          call 4
          i32.const 2
          i32.ne
          if ;; label = @1
            unreachable
          end
          local.get 0
          call 5
          i32.const 16
          i32.const 16
          i32.load
          i32.const -1
          i32.add
          i32.store
          i32.const 16
          i32.load
          i32.eqz
          if ;; label = @1
            global.get 2
            global.set 0
          end
          local.get 2
        )
        (func (;10;) (type 4) (param i32)
          global.get 2
          global.set 0
        )
      )
      (core instance (;1;)
        (export "0" (func 0))
        (export "1" (func 1))
        (export "2" (func 2))
        (export "3" (func 3))
        (export "4" (func 4))
        (export "5" (func 5))
        (export "m" (memory 0))
        (export "n" (global 0))
        (export "v" (global 1))
        (export "f" (global 2))
      )
      (core instance (;2;) (instantiate 1
          (with "i" (instance 1))
        )
      )
      (alias core export 2 "0" (core func (;6;)))
      (type (;29;) (func (result 13)))
      (func (;4;) (type 29) (canon lift (core func 6) (memory 0) (realloc 0)))
      (export (;5;) "g0" (func 4))
      (alias core export 2 "1" (core func (;7;)))
      (type (;30;) (func (param "data" 15) (result 17)))
      (func (;6;) (type 30) (canon lift (core func 7) (memory 0) (realloc 0)))
      (export (;7;) "g1" (func 6))
      (alias core export 2 "2" (core func (;8;)))
      (type (;31;) (func (param "data" 19) (result 21)))
      (func (;8;) (type 31) (canon lift (core func 8) (memory 0) (realloc 0)))
      (export (;9;) "g2" (func 8))
      (alias core export 2 "3" (core func (;9;)))
      (type (;32;) (func (param "self" 23) (param "offset" 9) (result 27)))
      (func (;10;) (type 32) (canon lift (core func 9) (memory 0) (realloc 0)))
      (export (;11;) "g3" (func 10))
    )
    (instance (;17;) (instantiate 1
        (with "t0" (type 4))
        (with "t1" (type 5))
        (with "t2" (type 6))
        (with "t3" (type 7))
        (with "t4" (type 8))
        (with "t5" (type 9))
        (with "f0" (func 4))
        (with "f1" (func 5))
        (with "f2" (func 6))
        (with "f3" (func 11))
      )
    )
    (alias export 17 "g0" (func (;18;)))
    (alias export 17 "g1" (func (;19;)))
    (alias export 17 "g2" (func (;20;)))
    (alias export 17 "g3" (func (;21;)))
    (export (;18;) "wasi:cli/environment@0.3.0" (instance 1))
    (export (;19;) "wasi:cli/exit@0.3.0" (instance 2))
    (export (;20;) "wasi:cli/types@0.3.0" (instance 3))
    (alias export 20 "error-code" (type (;10;)))
    (component (;2;)
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
    (instance (;21;) (instantiate 2
        (with "t0" (type 10))
        (with "f0" (func 18))
      )
    )
    (export (;22;) "wasi:cli/stdin@0.3.0" (instance 21))
    (component (;3;)
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
    (instance (;23;) (instantiate 3
        (with "t0" (type 10))
        (with "f0" (func 19))
      )
    )
    (export (;24;) "wasi:cli/stdout@0.3.0" (instance 23))
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
    (instance (;25;) (instantiate 4
        (with "t0" (type 10))
        (with "f0" (func 20))
      )
    )
    (export (;26;) "wasi:cli/stderr@0.3.0" (instance 25))
    (export (;27;) "wasi:cli/terminal-output@0.3.0" (instance 7))
    (alias export 27 "terminal-output" (type (;11;)))
    (export (;28;) "wasi:cli/terminal-stdout@0.3.0" (instance 8))
    (export (;29;) "wasi:clocks/types@0.3.0" (instance 9))
    (alias export 29 "duration" (type (;12;)))
    (export (;30;) "wasi:clocks/monotonic-clock@0.3.0" (instance 10))
    (alias export 30 "mark" (type (;13;)))
    (export (;31;) "wasi:clocks/system-clock@0.3.0" (instance 11))
    (alias export 31 "instant" (type (;14;)))
    (type (;15;) (flags "symlink-follow"))
    (type (;16;) (flags "create" "directory" "exclusive" "truncate"))
    (type (;17;) (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
    (type (;18;) (option string))
    (type (;19;) (variant (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress") (case "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop") (case "too-many-links") (case "message-size") (case "name-too-long") (case "no-device") (case "no-entry") (case "no-lock") (case "insufficient-memory") (case "insufficient-space") (case "not-directory") (case "not-empty") (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device") (case "overflow") (case "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek") (case "text-file-busy") (case "cross-device") (case "other" 18)))
    (type (;20;) u64)
    (component (;5;)
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
    (instance (;32;) (instantiate 5
        (with "t0" (type 1))
        (with "t1" (type 15))
        (with "t2" (type 16))
        (with "t3" (type 17))
        (with "t4" (type 19))
        (with "t5" (type 20))
        (with "f0" (func 21))
        (with "f1" (func 12))
      )
    )
    (export (;33;) "wasi:filesystem/types@0.3.0" (instance 32))
    (alias export 33 "descriptor" (type (;21;)))
    (alias export 33 "path-flags" (type (;22;)))
    (alias export 33 "open-flags" (type (;23;)))
    (alias export 33 "descriptor-flags" (type (;24;)))
    (alias export 33 "error-code" (type (;25;)))
    (alias export 33 "filesize" (type (;26;)))
    (export (;34;) "wasi:filesystem/preopens@0.3.0" (instance 13))
    (export (;35;) "wasi:random/random@0.3.0" (instance 14))
    (export (;36;) "wasi:sockets/types@0.3.0" (instance 15))
    (alias export 36 "tcp-socket" (type (;27;)))
    (alias export 36 "udp-socket" (type (;28;)))
    (alias export 36 "ip-address-family" (type (;29;)))
    (alias export 36 "error-code" (type (;30;)))
    (alias export 36 "ipv4-address" (type (;31;)))
    (alias export 36 "ipv6-address" (type (;32;)))
    (alias export 36 "ip-address" (type (;33;)))
    (export (;37;) "wasi:sockets/ip-name-lookup@0.3.0" (instance 16))
    (alias export 37 "error-code" (type (;34;)))
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
