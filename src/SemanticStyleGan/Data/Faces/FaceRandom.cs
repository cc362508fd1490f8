using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Data.Faces;

/// <summary>The random decisions of a face: the same numbers on every platform and runtime, so that a seed names a face for good.</summary>
internal struct FaceRandom
{
    private SplitMix64 numbers;

    /// <summary>A stream of its own for every pair of numbers.</summary>
    public FaceRandom(ulong seed, ulong stream)
    {
        numbers = SplitMix64.FromState(seed);
        numbers = SplitMix64.FromState(Next() ^ (stream * 0xD1342543DE82EF95));
        numbers = SplitMix64.FromState(Next());
    }

    public ulong Next() => numbers.Next();

    /// <summary>Uniform in [0, 1).</summary>
    public float Unit() => (Next() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [low, high).</summary>
    public float Between(float low, float high) => low + (high - low) * Unit();

    /// <summary>In [low, high) with most of the weight in the middle (mean of three uniform numbers).</summary>
    public float Around(float low, float high) => low + (high - low) * (Unit() + Unit() + Unit()) / 3;

    public bool Chance(float probability) => Unit() < probability;

    /// <summary>An index drawn with these weights.</summary>
    public int Pick(ReadOnlySpan<float> weights)
    {
        float total = 0;
        foreach (float weight in weights) total += weight;
        float mark = Unit() * total;
        for (int i = 0; i < weights.Length - 1; i++)
            if ((mark -= weights[i]) < 0)
                return i;
        return weights.Length - 1;
    }
}
