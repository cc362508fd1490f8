namespace SemanticStyleGan.Runtime;

/// <summary>
/// Normally distributed numbers of a seed, the same as <c>torch.randn</c> gives on a CPU (up to its rounding of logarithm and cosine), so that one seed
/// is one picture with libtorch and without. Matsumoto, Nishimura: "Mersenne Twister", 1998; Box, Muller: "A note on the generation of random normal
/// deviates", 1958, in blocks of 16.
/// </summary>
public static class SeededNormal
{
    private const int Words = 624, Shift = 397, Block = 16;

    /// <summary><paramref name="count"/> numbers.</summary>
    /// <exception cref="InputException">Fewer than 16: there torch draws in another way.</exception>
    public static float[] Draw(long seed, int count)
    {
        if (count < Block) throw new InputException($"{count} random numbers, expected at least {Block}: models with shorter codes need libtorch.");
        uint[] state = new uint[Words];
        state[0] = (uint)seed;
        for (uint i = 1; i < Words; i++) state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >> 30) + i;
        int next = Words;
        float Uniform()
        {
            if (next == Words)
            {
                Twist(state);
                next = 0;
            }
            return (Temper(state[next++]) & 0xFFFFFF) * (1f / 0x1000000);
        }

        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = Uniform();
        for (int i = 0; i + Block <= count; i += Block) Transform(values.AsSpan(i, Block));
        if (count % Block == 0) return values;
        // What is left is made together with what is before it, of new numbers.
        Span<float> last = values.AsSpan(count - Block);
        for (int i = 0; i < Block; i++) last[i] = Uniform();
        Transform(last);
        return values;
    }

    private static void Transform(Span<float> block)
    {
        for (int i = 0; i < Block / 2; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - block[i])), angle = 2 * Math.PI * block[i + Block / 2];
            (block[i], block[i + Block / 2]) = ((float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle)));
        }
    }

    private static void Twist(uint[] state)
    {
        for (int i = 0; i < Words; i++)
        {
            uint mixed = state[i] & 0x80000000 | state[(i + 1) % Words] & 0x7FFFFFFF;
            state[i] = state[(i + Shift) % Words] ^ mixed >> 1 ^ ((mixed & 1) != 0 ? 0x9908B0DFu : 0);
        }
    }

    private static uint Temper(uint x)
    {
        x ^= x >> 11;
        x ^= x << 7 & 0x9D2C5680;
        x ^= x << 15 & 0xEFC60000;
        return x ^ x >> 18;
    }
}
