using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SemanticStyleGan.Data;

namespace SemanticStyleGan.Tests.Data;

public sealed class ClassBalanceTests
{
    [Fact]
    public void A_sample_has_the_largest_factor_of_its_classes()
    {
        // Class 1 in all of 16 samples, class 2 in 4 (a quarter), class 3 in 1 (a sixteenth).
        byte[][] masks = [.. Enumerable.Range(0, 16).Select(i => new byte[] { 0, 1, (byte)(i < 4 ? 2 : 1), (byte)(i == 0 ? 3 : 1) })];
        double[] weights = ClassBalance.Weights(new Masks(masks), 0.25);
        Assert.Equal([2, .. Enumerable.Repeat(1.0, 15)], weights);
        Assert.Equal(Math.Sqrt(0.5 / 0.25), ClassBalance.Weights(new Masks(masks), 0.5)[1], 12);
        Assert.Throws<InputException>(() => ClassBalance.Weights(new PatternSource(3, 4, null), 0.5));
    }

    [Property(MaxTest = 60)]
    public bool An_epoch_has_every_sample_as_often_as_its_weight_says_rounded(PositiveInt seed, PositiveInt[] parts)
    {
        double[] weights = [.. parts.Select(p => 1.0 + p.Get % 5), 1];
        double sum = weights.Sum();
        SampleOrder order = new(weights.Length, seed.Get, weights);
        int[] epoch = [.. Enumerable.Range(0, weights.Length).Select(i => order.IndexAt(3L * weights.Length + i))];
        return Enumerable.Range(0, weights.Length).All(i =>
            Math.Abs(epoch.Count(e => e == i) - weights[i] * weights.Length / sum) < 1 + 1e-9);
    }

    [Fact]
    public void Over_many_epochs_every_sample_has_its_share()
    {
        double[] weights = [1, 1, 1, 3, 1.5];
        SampleOrder order = new(5, 8, weights);
        double[] seen = new double[5];
        for (int i = 0; i < 50_000; i++) seen[order.IndexAt(i)]++;
        for (int i = 0; i < 5; i++) Assert.Equal(weights[i] / weights.Sum(), seen[i] / 50_000, 0.01);
        SampleOrder again = new(5, 8, weights);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => order.IndexAt(1234 + i)), Enumerable.Range(0, 40).Select(i => again.IndexAt(1234 + i)));
        Assert.Throws<ArgumentException>(() => new SampleOrder(2, 0, [1, 0]));
    }

    [Fact]
    public void Equal_weights_give_permutations()
    {
        SampleOrder order = new(50, 2, [.. Enumerable.Repeat(0.7, 50)]);
        Assert.Equal(Enumerable.Range(0, 50), Enumerable.Range(0, 50).Select(i => order.IndexAt(100 + i)).Order());
    }

    private sealed class Masks(byte[][] masks) : ISampleSource
    {
        public SemanticLayout? Layout => SemanticLayout.Faces;
        public int Size => 2;
        public int Count => masks.Length;
        public string Description => "masks";
        public void Read(int index, Span<byte> rgb, Span<byte> labels) => masks[index].CopyTo(labels);
    }
}
