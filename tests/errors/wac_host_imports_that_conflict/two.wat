(component (import "log" (func (param "level" u8) (param "text" string))))
