from wit_world import exports


class Add(exports.Add):
    def add(self, x: int, y: int) -> int:
        # Python's integers do not overflow, and one beyond 32 bits would not be taken as a `u32`.
        return (x + y) & 0xFFFF_FFFF
