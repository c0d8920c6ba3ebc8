(component
  (import "wasi:io/error@0.2.12" (instance $errors (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@0.2.12" (instance $streams
    (alias outer 1 $error (type $outer))
    (export "error" (type $error (eq $outer)))
    (export "output-stream" (type $stream (sub resource)))
    (type $closed (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $closed)))
    (export "[method]output-stream.check-write"
      (func (param "self" (borrow $stream)) (result (result u64 (error $stream-error)))))
    (export "[method]output-stream.write"
      (func (param "self" (borrow $stream)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $stream))
  (import "wasi:cli/stdout@0.2.12" (instance
    (alias outer 1 $stream (type $outer))
    (export "output-stream" (type $stream (eq $outer)))
    (export "get-stdout" (func (result (own $stream))))))
  (import "wasi:random/random@0.2.12" (instance
    (export "get-random-u64" (func (result u64)))
    (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
  (import "wasi:cli/environment@0.2.12" (instance
    (export "get-environment" (func (result (list (tuple string string)))))))
  (import "secrets" (implements "acme:vault/secrets@1.0.0") (instance
    (export "get" (func (param "name" string) (result (option string))))))
  (import "acme:kv/store@0.1.0" (instance $store
    (export "bucket" (type $bucket (sub resource)))
    (export "open" (func (param "name" string) (result (own $bucket))))
    (export "[method]bucket.get" (func (param "self" (borrow $bucket)) (param "key" string) (result (option string))))))
  (import "log" (func (param "message" string)))
  (import "answer" (func $answer (result u32)))
  (export "run" (func $answer))
  (export "acme:kv/store@0.1.0" (instance $store)))
