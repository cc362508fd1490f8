using SemanticStyleGan.Data;
using SemanticStyleGan.Data.Import;
using static SemanticStyleGan.Tests.Data.Import.RawFolders;

namespace SemanticStyleGan.Tests.Data.Import;

public sealed class LabelledFolderTests : IDisposable
{
    private static readonly SemanticLayout Layout = new("test", [new("background", 0), new("sky", 0x0000FF), new("tree", 0x00FF00)]);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void WriteImage(string name, int width = 12, int height = 8) => PngCodec.Write(_folder.File($"images/{name}.png"), new RgbImage(width, height));

    private LabelledFolder Open() => new(_folder.File("images"), _folder.File("labels"), Layout, 8);

    [Fact]
    public void Masks_of_indices_and_masks_of_colours_read_the_same_and_are_cut_like_their_pictures()
    {
        LabelMap mask = new(12, 8, [.. Enumerable.Range(0, 96).Select(i => (byte)(i * 7 % 3))]);
        WriteImage("a");
        WriteImage("sub/b");
        File.WriteAllBytes(_folder.File("labels/a.png"), IndexPng.Encode(mask, Layout));
        PngCodec.Write(_folder.File("labels/sub/b.png"), MaskColors.Paint(mask, Layout));
        LabelledFolder source = Open();
        Assert.Empty(source.Problems);
        Assert.Equal(["a", Path.Combine("sub", "b")], Enumerable.Range(0, source.Count).Select(source.NameOf));
        byte[] expected = [.. Enumerable.Range(0, 64).Select(i => mask.Classes[i / 8 * 12 + 2 + i % 8])];
        Assert.Equal(expected, ReadSample(source, 0).Labels);
        Assert.Equal(expected, ReadSample(source, 1).Labels);
    }

    [Fact]
    public void Missing_partners_and_doubled_names_are_named()
    {
        foreach (string name in new[] { "a", "b" }) WriteImage(name);
        File.Copy(_folder.File("images/a.png"), _folder.File("images/a.jpg"));
        foreach (string name in new[] { "a", "c" }) File.WriteAllBytes(_folder.File($"labels/{name}.png"), IndexPng.Encode(12, 8, new byte[96], Layout));
        LabelledFolder source = Open();
        Assert.Equal(1, source.Count);
        Assert.Collection(source.Problems,
            p => Assert.Contains("a.png: has the same name as", p),
            p => Assert.Contains("b.png: has no mask, expected", p),
            p => Assert.Contains("c.png: has no picture", p));
    }

    [Fact]
    public void Masks_that_do_not_fit_are_named_with_what_was_expected()
    {
        byte[] unknown = new byte[96];
        unknown[14] = 3;
        RgbImage color = new(12, 8);
        color.Pixels[0] = 1;
        (string Name, byte[] File, string Reason)[] bad =
        [
            ("class", IndexPng.Encode(12, 8, unknown, Layout), "class 3 at x 2, y 1, expected 0 to 2"),
            ("colour", PngCodec.Encode(color), "colour #010000 at x 0, y 0 is no class"),
            ("size", IndexPng.Encode(8, 8, new byte[64], Layout), "8×8 pixels, but"),
            ("short", IndexPng.Encode(12, 8, new byte[96], Layout)[..^20], "ends early"),
            ("text", "hello"u8.ToArray(), "not a PNG"),
        ];
        foreach ((string name, byte[] file, _) in bad)
        {
            WriteImage(name);
            File.WriteAllBytes(_folder.File($"labels/{name}.png"), file);
        }
        LabelledFolder source = Open();
        for (int i = 0; i < source.Count; i++)
        {
            (string name, _, string reason) = bad.Single(b => b.Name == source.NameOf(i));
            string message = Assert.ThrowsAny<InputException>(() => ReadSample(source, i)).Message;
            Assert.Contains(reason, message);
            Assert.Contains($"{name}.png", message);
        }
    }

    [Fact]
    public void Two_classes_of_one_colour_are_refused()
    {
        WriteImage("a");
        SemanticLayout twins = new("twins", [new("background", 0), new("sky", 0xFF), new("sea", 0xFF)]);
        Assert.Contains("'sea'", Assert.Throws<InputException>(() => new LabelledFolder(_folder.File("images"), _folder.File("images"), twins, 8)).Message);
    }
}
