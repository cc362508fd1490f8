using SemanticStyleGan.Data;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Data;

public sealed class BatchLoaderTests
{
    private static readonly SemanticLayout Layout = SemanticLayout.Unnamed(5, []);

    private static List<(float[] Image, long[] Labels)> Take(BatchLoader loader, int batches)
    {
        List<(float[], long[])> taken = [];
        for (int i = 0; i < batches; i++)
        {
            using Batch batch = loader.Next();
            taken.Add((batch.Image.data<float>().ToArray(), batch.Labels!.data<long>().ToArray()));
        }
        return taken;
    }

    private static void AssertSame(List<(float[] Image, long[] Labels)> expected, List<(float[] Image, long[] Labels)> found)
    {
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Image, found[i].Image);
            Assert.Equal(expected[i].Labels, found[i].Labels);
        }
    }

    [Fact]
    public void A_batch_holds_the_samples_of_its_positions_scaled_to_minus_one_to_one()
    {
        PatternSource source = new(7, 4, Layout);
        SampleOrder order = new(7, 9);
        using BatchLoader loader = new(source, new() { BatchSize = 3, Seed = 9 });
        using (loader.Next()) { }
        using Batch batch = loader.Next();
        Assert.Equal(3, batch.Position);
        Assert.Equal([3, 3, 4, 4], batch.Image.shape);
        Assert.Equal([3, 4, 4], batch.Labels!.shape);
        for (int n = 0; n < 3; n++)
        {
            (byte[] rgb, byte[] labels) = source[order.IndexAt(3 + n)];
            for (int y = 0; y < 4; y++)
                for (int x = 0; x < 4; x++)
                {
                    Assert.Equal(labels[4 * y + x], batch.Labels[n, y, x].item<long>());
                    for (int c = 0; c < 3; c++) Assert.Equal(rgb[3 * (4 * y + x) + c] / 127.5f - 1, batch.Image[n, c, y, x].item<float>(), 6);
                }
        }
    }

    [Fact]
    public void Mirroring_turns_image_and_mask_together_for_the_positions_that_the_order_says()
    {
        PatternSource source = new(6, 8, Layout);
        using BatchLoader plain = new(source, new() { BatchSize = 6, Seed = 4 }), mirroring = new(source, new() { BatchSize = 6, Seed = 4, Mirror = true });
        SampleOrder order = new(6, 4);
        int mirrored = 0;
        using Batch a = plain.Next(), b = mirroring.Next();
        for (int n = 0; n < 6; n++)
        {
            bool turned = order.IsMirroredAt(n);
            if (turned) mirrored++;
            Assert.True(b.Image[n].Equals(turned ? a.Image[n].flip(2) : a.Image[n]));
            Assert.True(b.Labels![n].Equals(turned ? a.Labels![n].flip(1) : a.Labels![n]));
        }
        Assert.InRange(mirrored, 1, 5);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(2L << 30)]
    public void Batches_do_not_depend_on_timing_caching_or_reading_ahead(long cacheBytes)
    {
        BatchLoaderOptions options = new() { BatchSize = 4, Seed = 1, Mirror = true };
        using BatchLoader reference = new(new PatternSource(10, 4, Layout), options with { Ahead = 1 });
        using BatchLoader loader = new(new PatternSource(10, 4, Layout), options with { CacheBytes = cacheBytes, Ahead = 7 });
        AssertSame(Take(reference, 12), Take(loader, 12));
    }

    [Fact]
    public void A_resumed_loader_goes_on_exactly()
    {
        BatchLoaderOptions options = new() { BatchSize = 4, Seed = 1, Mirror = true };
        using BatchLoader uninterrupted = new(new PatternSource(10, 4, Layout), options);
        List<(float[], long[])> all = Take(uninterrupted, 9);
        using BatchLoader resumed = new(new PatternSource(10, 4, Layout), options);
        Take(resumed, 2);
        resumed.Seek(20);
        Assert.Equal(20, resumed.Position);
        AssertSame(all[5..], Take(resumed, 4));
    }

    [Fact]
    public void Ranks_together_see_what_one_process_sees()
    {
        using BatchLoader whole = new(new PatternSource(10, 4, Layout), new() { BatchSize = 6, Seed = 1 });
        using BatchLoader first = new(new PatternSource(10, 4, Layout), new() { BatchSize = 3, Seed = 1, Rank = 0, Ranks = 2 });
        using BatchLoader second = new(new PatternSource(10, 4, Layout), new() { BatchSize = 3, Seed = 1, Rank = 1, Ranks = 2 });
        List<(float[] Image, long[] Labels)> a = Take(first, 5), b = Take(second, 5);
        // Rank 0 has samples 0, 2, 4 of every batch, rank 1 the others.
        static T[] Alternate<T>(T[] even, T[] odd) => [.. even.Chunk(even.Length / 3).Zip(odd.Chunk(odd.Length / 3)).SelectMany(p => (T[])[.. p.First, .. p.Second])];
        AssertSame(Take(whole, 5), [.. a.Zip(b, (x, y) => (Alternate(x.Image, y.Image), Alternate(x.Labels, y.Labels)))]);
        Assert.Equal(30, second.Position);
    }

    [Fact]
    public void A_small_set_is_read_once()
    {
        PatternSource source = new(10, 4, Layout);
        using BatchLoader loader = new(source, new() { BatchSize = 5 });
        Take(loader, 40);
        Assert.InRange(source.Reads, 10, 14); // two threads may meet at a sample
    }

    [Fact]
    public void Images_without_masks_have_no_labels()
    {
        using BatchLoader loader = new(new PatternSource(3, 4, null), new() { BatchSize = 2 });
        using Batch batch = loader.Next();
        Assert.Null(batch.Labels);
        Assert.Equal([2, 3, 4, 4], batch.Image.shape);
    }

    [Fact]
    public void A_sample_that_cannot_be_read_ends_the_batch_with_its_own_error_and_waiting_can_be_cancelled()
    {
        using BatchLoader loader = new(new BrokenSource(), new() { BatchSize = 2 });
        for (int i = 0; i < 2; i++) Assert.Equal("sample is broken.", Assert.Throws<DatasetFormatException>(() => loader.Next()).Message);
        using BatchLoader stuck = new(new StuckSource(), new() { BatchSize = 1 });
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() => stuck.Next(soon.Token));
        StuckSource.Release.Set();
    }

    [Fact]
    public void Tensors_belong_to_the_callers_scope()
    {
        using BatchLoader loader = new(new PatternSource(3, 4, Layout), new() { BatchSize = 2 });
        Tensor image;
        using (NewDisposeScope()) image = loader.Next().Image;
        Assert.True(image.IsInvalid);
    }

    private class BrokenSource : ISampleSource
    {
        public SemanticLayout? Layout => null;
        public int Size => 2;
        public int Count => 4;
        public string Description => "broken";
        public virtual void Read(int index, Span<byte> rgb, Span<byte> labels) => throw new DatasetFormatException("sample is broken.");
    }

    private sealed class StuckSource : BrokenSource
    {
        internal static readonly ManualResetEventSlim Release = new();
        public override void Read(int index, Span<byte> rgb, Span<byte> labels) => Release.Wait(TimeSpan.FromSeconds(20));
    }
}
