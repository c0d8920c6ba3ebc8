(component
  (import "acme:box/boxes" (instance $b
    (export "box" (type $box (sub resource)))
    (export "make" (func (result (own $box))))))
  (alias export $b "box" (type $box))
  (alias export $b "make" (func $make))
  (component $c
    (import "r" (type $r (sub resource)))
    (import "make" (func $make (result (own $r))))
    (export $e "box" (type $r))
    (export "wrap" (func $make) (func (result (own $e)))))
  (instance $i (instantiate $c (with "r" (type $box)) (with "make" (func $make))))
  (export "acme:box/wrap" (instance $i)))
