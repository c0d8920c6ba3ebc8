;; Exports its standard output, which is the host's, and could export its standard error, which is not where it is denied: an
;; adapter stands before that export. It imports more that may be denied.
(component
  (import "wasi:io/streams@0.2.0" (instance $io
    (export "output-stream" (type $s (sub resource)))
    (export "[method]output-stream.flush" (func (param "self" (borrow $s))))))
  (alias export $io "output-stream" (type $s))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (alias outer 1 $s (type $s')) (export "output-stream" (type $s (eq $s')))
    (export "get-stdout" (func (result (own $s))))))
  (import "wasi:cli/stderr@0.2.0" (instance $stderr
    (alias outer 1 $s (type $s')) (export "output-stream" (type $s (eq $s')))
    (export "get-stderr" (func (result (own $s))))))
  (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))
  (import "acme:kv/store" (instance (export "open" (func (param "name" string))) (export "clear" (func))))
  (core func $stdout (canon lower (func $stdout "get-stdout")))
  (core module $m (import "" "stdout" (func $stdout (result i32))) (func (export "give") (result i32) (call $stdout)))
  (core instance $i (instantiate $m (with "" (instance (export "stdout" (func $stdout))))))
  (func $give (result (own $s)) (canon lift (core func $i "give")))
  (component $shim
    (import "s" (type $s (sub resource)))
    (import "give" (func $give (result (own $s))))
    (export $e "output-stream" (type $s))
    (export "give" (func $give) (func (result (own $e)))))
  (instance $giver (instantiate $shim (with "s" (type $s)) (with "give" (func $give))))
  (export "a:b/giver" (instance $giver)))
