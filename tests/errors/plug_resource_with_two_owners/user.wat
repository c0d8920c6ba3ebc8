(component
  (import "net" (instance $net
    (export "stream" (type $stream (sub resource)))
    (export "open" (func (result (own $stream))))))
  (export "acme:net/socket@1.0.0" (instance $net)))
