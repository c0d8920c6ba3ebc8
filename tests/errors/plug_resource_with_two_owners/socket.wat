(component
  (import "acme:io/streams@1.0.0" (instance $streams (export "stream" (type (sub resource)))))
  (alias export $streams "stream" (type $stream))
  (import "acme:net/socket@1.0.0" (instance
    (alias outer 1 $stream (type $outer))
    (export "stream" (type $stream (eq $outer)))
    (export "open" (func (result (own $stream)))))))
