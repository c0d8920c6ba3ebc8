(component
  (import "acme:box/boxes" (instance $b
    (export "box" (type $box (sub resource)))
    (export "make" (func (result (own $box))))))
  (alias export $b "box" (type $box))
  (import "acme:box/wrap" (instance
    (alias outer 1 $box (type $outer)) (export "box" (type $e (eq $outer)))
    (export "wrap" (func (result (own $e)))))))
