(component
  (import "wasi:cli/stdout@0.2.6" (instance
    (export "output-stream" (type $s (sub resource)))
    (export "get-stdout" (func (result (own $s))))))
  (import "wasi:random/random@0.2.6" (instance
    (export "get-random-bytes" (func (param "length" u64) (result (list u8))))
    (export "get-random-u64" (func (result u32))))))
