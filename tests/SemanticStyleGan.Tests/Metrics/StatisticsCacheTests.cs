using SemanticStyleGan.Data;
using SemanticStyleGan.Metrics;
using SemanticStyleGan.Tests.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Metrics;

public sealed class StatisticsCacheTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TemporaryFolder folder = new();
    private readonly Tensor features = randn([5, 3], generator: new Generator(1));

    public void Dispose()
    {
        folder.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void What_was_kept_comes_back_to_the_bit_for_its_key_only()
    {
        StatisticsCache cache = new(folder.File("cache"));
        Assert.Null(cache.Read("a"));
        cache.Write("a", features);
        Parity.AssertSame(features, cache.Read("a")!, "features");
        Assert.Null(cache.Read("b"));
        cache.Write("a", features + 1);
        Parity.AssertSame(features + 1, cache.Read("a")!, "features");
        Assert.Single(Directory.GetFiles(folder.File("cache")));
    }

    [Fact]
    public void A_damaged_or_foreign_file_is_not_used()
    {
        StatisticsCache cache = new(folder.File("cache"));
        cache.Write("a", features);
        string file = Directory.GetFiles(folder.File("cache")).Single();
        byte[] whole = File.ReadAllBytes(file);
        byte[] changed = [.. whole];
        changed[^1] ^= 1; // a value, which no header notices
        foreach (byte[] bytes in new[] { changed, whole[..^4], [], "text"u8.ToArray() })
        {
            File.WriteAllBytes(file, bytes);
            Assert.Null(cache.Read("a"));
        }
        cache.Write("b", features);
        File.Copy(Directory.GetFiles(folder.File("cache")).Single(f => f != file), file, overwrite: true);
        Assert.Null(cache.Read("a"));
        Assert.NotNull(cache.Read("b"));
    }

    [Fact]
    public void A_fingerprint_changes_with_anything_in_the_data()
    {
        string[] drawn = [Of(16, 50, 1), Of(16, 50, 2), Of(16, 51, 1), Of(32, 50, 1)];
        Assert.Equal(4, drawn.Distinct().Count());
        Assert.Equal(drawn[0], Of(16, 50, 1));
        string file = folder.File("data");
        File.WriteAllBytes(file, [1, 2, 3]);
        SyntheticFaces data = new(16, 50, 1);
        string first = DataFingerprint.Of(data, file);
        File.WriteAllBytes(file, [1, 2, 4]);
        Assert.NotEqual(first, DataFingerprint.Of(data, file));

        static string Of(int size, int count, int seed) => DataFingerprint.Of(new SyntheticFaces(size, count, seed), null);
    }
}
