;; Gives whoever it is plugged into an environment of its own: the arguments `program env`, the variable `REACH`, and no folder to
;; work in.
(component
  (core module $m
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (data (i32.const 0) "programenvREACHplugged")
    ;; A pair of texts; two texts.
    (data (i32.const 64) "\0a\00\00\00\05\00\00\00\0f\00\00\00\07\00\00\00")
    (data (i32.const 96) "\00\00\00\00\07\00\00\00\07\00\00\00\03\00\00\00")
    (data (i32.const 128) "\40\00\00\00\01\00\00\00")
    (data (i32.const 136) "\60\00\00\00\02\00\00\00")
    ;; 144: no text, in an `option`.
    (func (export "variables") (result i32) (i32.const 128))
    (func (export "arguments") (result i32) (i32.const 136))
    (func (export "folder") (result i32) (i32.const 144)))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (type $pair (tuple string string))
  (type $pairs (list $pair))
  (type $texts (list string))
  (type $text (option string))
  (func $variables (result $pairs) (canon lift (core func $i "variables") (memory $memory)))
  (func $arguments (result $texts) (canon lift (core func $i "arguments") (memory $memory)))
  (func $folder (result $text) (canon lift (core func $i "folder") (memory $memory)))
  (instance $environment
    (export "get-environment" (func $variables))
    (export "get-arguments" (func $arguments))
    (export "initial-cwd" (func $folder)))
  (export "wasi:cli/environment@0.2.12" (instance $environment)))
