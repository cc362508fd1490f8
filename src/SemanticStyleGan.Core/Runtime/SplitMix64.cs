namespace SemanticStyleGan.Runtime;

/// <summary>
/// A small random generator that is the same on every platform and runtime, for decisions that must be repeatable from a seed and a
/// position alone (order of samples, flips). Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
/// </summary>
public struct SplitMix64
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <summary>The generator of one stream of a seed; different streams (an epoch, a position) are independent.</summary>
    public SplitMix64(long seed, long stream) => _state = Mix(Mix((ulong)seed + Golden) ^ Mix((ulong)stream * 2 + 1));

    private SplitMix64(ulong state) => _state = state;

    /// <summary>The generator whose next number is mixed from <paramref name="state"/> plus the golden ratio's bits.</summary>
    public static SplitMix64 FromState(ulong state) => new(state);

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(_state += Golden);

    /// <summary>A whole number from 0 to <paramref name="bound"/> − 1, each equally likely (Lemire's multiplication; its bias is below 2⁻³²).</summary>
    public int Next(int bound) => (int)(((UInt128)Next() * (ulong)bound) >> 64);

    private static ulong Mix(ulong z)
    {
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
