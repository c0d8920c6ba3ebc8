;; A component that hands a handle of the host's on, and is then lent it: it asks the host for a pollable for whoever calls it, and asks
;; the host whether the pollable that it is lent is ready.
;;
;; Component Model, Canonical ABI, `lower_borrow`: only the component that defines a resource type is passed the representation in the
;; place of a handle. The pollable is the host's.
(component
  (import "wasi:io/poll@0.2.12" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.ready" (func (param "self" (borrow $pollable)) (result bool)))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.12" (instance $clock
    (alias outer 1 $pollable (type $outer))
    (export "pollable" (type $of-io (eq $outer)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $of-io))))))
  (component $between
    (import "pollable" (type $pollable (sub resource)))
    (import "ask" (func $ask (param "when" u64) (result (own $pollable))))
    (import "ready" (func $ready (param "self" (borrow $pollable)) (result bool)))
    (core func $ask (canon lower (func $ask)))
    (core func $ready (canon lower (func $ready)))
    (core func $drop (canon resource.drop $pollable))
    (core module $code
      (import "" "ask" (func $ask (param i64) (result i32)))
      (import "" "ready" (func $ready (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "ask") (param i64) (result i32) (call $ask (local.get 0)))
      (func (export "ready") (param i32) (result i32)
        (call $ready (local.get 0))
        ;; What is lent is given back.
        (call $drop (local.get 0))))
    (core instance $code (instantiate $code (with "" (instance
      (export "ask" (func $ask)) (export "ready" (func $ready)) (export "drop" (func $drop))))))
    (func (export "ask-on") (param "when" u64) (result (own $pollable)) (canon lift (core func $code "ask")))
    (func (export "ready-on") (param "self" (borrow $pollable)) (result bool) (canon lift (core func $code "ready"))))
  (instance $between (instantiate $between
    (with "pollable" (type $pollable))
    (with "ask" (func $clock "subscribe-duration"))
    (with "ready" (func $poll "[method]pollable.ready"))))
  (core func $ask (canon lower (func $between "ask-on")))
  (core func $ready (canon lower (func $between "ready-on")))
  (core module $program
    (import "" "ask" (func $ask (param i64) (result i32)))
    (import "" "ready" (func $ready (param i32) (result i32)))
    (func (export "run") (result i32)
      (drop (call $ask (i64.const 0)))
      (drop (call $ready (call $ask (i64.const 0))))
      (i32.const 0)))
  (core instance $program (instantiate $program (with "" (instance
    (export "ask" (func $ask)) (export "ready" (func $ready))))))
  (func $run (result (result)) (canon lift (core func $program "run")))
  (instance $run (export "run" (func $run)))
  (export "wasi:cli/run@0.2.12" (instance $run)))
