"""What deploybot remembers and passes around: plain, frozen, typed values without I/O."""
