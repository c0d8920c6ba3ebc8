(component
  (import "wasi:io/streams@0.2.6" (instance $streams (export "output-stream" (type (sub resource)))))
  (alias export $streams "output-stream" (type $s))
  (import "wasi:cli/stdout@0.2.6" (instance
    (alias outer 1 $s (type $t)) (export "output-stream" (type $u (eq $t)))
    (export "get-stdout" (func (result (own $u))))))
  (import "wasi:cli/stderr@0.2.6" (instance
    (alias outer 1 $s (type $t)) (export "output-stream" (type $u (eq $t)))
    (export "get-stderr" (func (result (own $u)))))))
