using System.IO.Compression;
using SemanticStyleGan.Perception;

namespace SemanticStyleGan.Tests.Perception;

/// <summary>Token numbers worked out by hand from a short list of merges.</summary>
public sealed class ClipTokenizerTests : IDisposable
{
    // 512: cu, 513: rl, 514: y</w> with l: "ly</w>", 515: curly</w>, 516: ha, 517: ir</w>, 518: hair</w>; then start 519 and end 520.
    private const string Merges = "#version: 0.2\nc u\nr l\nrl y</w>\ncu rly</w>\nh a\ni r</w>\nha ir</w>\n";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Words_become_their_merged_tokens_between_start_and_end()
    {
        long[] tokens = Tokenizer().Encode("Curly  hair");
        Assert.Equal(ClipTokenizer.ContextLength, tokens.Length);
        Assert.Equal([519, 515, 518, 520, 0], tokens[..5]);
        Assert.All(tokens[4..], t => Assert.Equal(0, t));
    }

    [Fact]
    public void What_no_merge_covers_stays_bytes_of_which_the_last_ends_a_word()
    {
        // Bytes: 'a' is number 'a' - '!' = 64 in the vocabulary, and 256 more where it ends a word; é is the bytes C3 A9.
        Assert.Equal([519, 'r' - '!', 'e' - '!', 'd' - '!' + 256, 516, 't' - '!' + 256, '!' - '!' + 256, 520], Tokenizer().Encode("red hat!")[..8]);
        Assert.Equal([519, 94 + 12 + 0xC3 - 0xAE, 94 + 0xA9 - 0xA1 + 256, 520], Tokenizer().Encode("é")[..4]);
        Assert.Equal([519, '1' - '!' + 256, '2' - '!' + 256, 520], Tokenizer().Encode("12")[..4]);
    }

    [Fact]
    public void A_gzipped_list_is_read_as_the_text_is()
    {
        string packed = folder.File("merges.txt.gz");
        using (GZipStream gzip = new(File.Create(packed), CompressionLevel.Fastest)) gzip.Write(System.Text.Encoding.UTF8.GetBytes(Merges));
        Assert.Equal(Tokenizer().Encode("curly hat"), ClipTokenizer.Load(packed).Encode("curly hat"));
    }

    [Theory]
    [InlineData("#version\n", "no merges")]
    [InlineData("#version\na b\nabc\n", "line 3 is 'abc'")]
    public void A_file_that_is_no_list_of_merges_is_refused(string content, string message)
    {
        string file = folder.File("bad.txt");
        File.WriteAllText(file, content);
        Assert.Contains(message, Assert.Throws<InputException>(() => ClipTokenizer.Load(file)).Message);
        Assert.Contains("missing.txt", Assert.Throws<InputException>(() => ClipTokenizer.Load(folder.File("missing.txt"))).Message);
    }

    [Fact]
    public void Too_much_text_and_none_are_refused()
    {
        Assert.Contains("1 to 75", Assert.Throws<InputException>(() => Tokenizer().Encode(new string('x', 76))).Message);
        Assert.Contains("0 tokens", Assert.Throws<InputException>(() => Tokenizer().Encode("  ")).Message);
    }

    private ClipTokenizer Tokenizer()
    {
        File.WriteAllText(folder.File("merges.txt"), Merges);
        return ClipTokenizer.Load(folder.File("merges.txt"));
    }
}
