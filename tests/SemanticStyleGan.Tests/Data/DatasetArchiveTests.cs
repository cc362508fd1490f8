using System.IO.Compression;
using SemanticStyleGan.Data;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Tests.Data;

public sealed class DatasetArchiveTests : IDisposable
{
    private static readonly SemanticLayout Layout = SemanticLayout.Unnamed(5, [3]);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Samples_survive_exactly(bool masks)
    {
        PatternSource source = new(9, 12, masks ? Layout : null);
        source.WriteTo(_folder.File("a.zip"));
        using DatasetArchive archive = DatasetArchive.Open(_folder.File("a.zip"));
        Assert.Equal((9, 12, source.Layout), (archive.Count, archive.Size, archive.Layout));
        Assert.Equal("sample 3", archive.Header.Names[3]);
        byte[] rgb = new byte[3 * 144], labels = new byte[masks ? 144 : 0];
        for (int i = 8; i >= 0; i--)
        {
            archive.Read(i, rgb, labels);
            Assert.Equal(source[i].Rgb, rgb);
            Assert.Equal(source[i].Labels, labels);
        }
    }

    [Fact]
    public void Class_counts_are_those_of_the_masks()
    {
        PatternSource source = new(4, 3, Layout); // 9 pixels: two classes a mask
        source.WriteTo(_folder.File("a.zip"));
        using DatasetArchive archive = DatasetArchive.Open(_folder.File("a.zip"));
        byte[][] masks = [.. Enumerable.Range(0, 4).Select(i => source[i].Labels)];
        for (int k = 0; k < 5; k++)
        {
            Assert.Equal(masks.Sum(m => m.Count(x => x == k)), archive.Header.ClassPixels[k]);
            Assert.Equal(masks.Count(m => m.Contains((byte)k)), archive.Header.ClassImages[k]);
        }
    }

    [Fact]
    public void The_same_samples_give_the_same_bytes()
    {
        new PatternSource(3, 8, Layout).WriteTo(_folder.File("a.zip"));
        new PatternSource(3, 8, Layout).WriteTo(_folder.File("b.zip"));
        Assert.Equal(File.ReadAllBytes(_folder.File("a.zip")), File.ReadAllBytes(_folder.File("b.zip")));
    }

    [Fact]
    public void Entries_are_stored_uncompressed_and_any_zip_reader_finds_them()
    {
        new PatternSource(3, 8, Layout).WriteTo(_folder.File("a.zip"));
        using ZipArchive zip = ZipFile.OpenRead(_folder.File("a.zip"));
        Assert.Equal(["images/00000000.png", "masks/00000000.png", "images/00000001.png", "masks/00000001.png", "images/00000002.png", "masks/00000002.png", "dataset.json"],
            zip.Entries.Select(e => e.FullName));
        Assert.All(zip.Entries, e => Assert.Equal(e.Length, e.CompressedLength));
    }

    [Fact]
    public void An_archive_that_another_tool_compressed_reads_the_same()
    {
        PatternSource source = new(3, 8, Layout);
        source.WriteTo(_folder.File("a.zip"));
        ZipFile.ExtractToDirectory(_folder.File("a.zip"), _folder.File("all"));
        ZipFile.CreateFromDirectory(_folder.File("all"), _folder.File("b.zip"), CompressionLevel.Optimal, includeBaseDirectory: false);
        using DatasetArchive archive = DatasetArchive.Open(_folder.File("b.zip"));
        byte[] rgb = new byte[192], labels = new byte[64];
        archive.Read(2, rgb, labels);
        Assert.Equal(source[2].Rgb, rgb);
        Assert.Equal(source[2].Labels, labels);
    }

    [Fact]
    public void Many_threads_read_at_once()
    {
        PatternSource source = new(20, 16, Layout);
        source.WriteTo(_folder.File("a.zip"));
        using DatasetArchive archive = DatasetArchive.Open(_folder.File("a.zip"));
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] rgb = new byte[768], labels = new byte[256];
            archive.Read(i % 20, rgb, labels);
            Assert.Equal(source[i % 20].Rgb, rgb);
            Assert.Equal(source[i % 20].Labels, labels);
        });
    }

    [Fact]
    public void Nothing_is_left_when_writing_fails()
    {
        Assert.Throws<OperationCanceledException>(() => DatasetArchiveWriter.Write(_folder.File("a.zip"), null, 2, "", writer =>
        {
            writer.Add(writer.Encode(new byte[12], []));
            throw new OperationCanceledException();
        }));
        Assert.Throws<InputException>(() => DatasetArchiveWriter.Write(_folder.File("a.zip"), null, 2, "", _ => { }));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("missing.zip", "no such file")]
    [InlineData("", "is a folder")]
    [InlineData("text.zip", "not a zip file")]
    [InlineData("other.zip", "no data set of this program")]
    public void What_is_no_data_set_is_refused_with_the_reason(string name, string reason)
    {
        File.WriteAllText(_folder.File("text.zip"), "hello");
        using (ZipArchive zip = ZipFile.Open(_folder.File("other.zip"), ZipArchiveMode.Create)) zip.CreateEntry("x");
        string message = Assert.ThrowsAny<InputException>(() => DatasetArchive.Open(_folder.File(name))).Message;
        Assert.Contains(reason, message);
        Assert.Contains(name, message);
    }

    [Theory]
    [InlineData("masks/00000001.png", null, "masks/00000001.png is missing")]
    [InlineData("images/00000001.png", "large", "16×16 pixels, expected 8×8")]
    [InlineData("masks/00000001.png", "large", "16×16 pixels, expected 8×8")]
    [InlineData("masks/00000001.png", "class9", "class 9 at x 0, y 0, expected 0 to 4")]
    [InlineData("images/00000001.png", "text", "not a PNG image")]
    [InlineData("masks/00000001.png", "picture", "colours")]
    [InlineData("dataset.json", "text", "invalid JSON")]
    [InlineData("dataset.json", "version", "format version 2")]
    public void A_wrong_entry_is_named_with_what_was_expected(string entry, string? replacement, string reason)
    {
        new PatternSource(3, 8, Layout).WriteTo(_folder.File("a.zip"));
        using (ZipArchive zip = ZipFile.Open(_folder.File("a.zip"), ZipArchiveMode.Update))
        {
            byte[]? content = replacement switch
            {
                "large" when entry.StartsWith("masks", StringComparison.Ordinal) => IndexPng.Encode(16, 16, new byte[256], Layout),
                "large" => PngCodec.Encode(new RgbImage(16, 16)),
                "class9" => IndexPng.Encode(8, 8, [9, .. new byte[63]], Layout),
                "picture" => PngCodec.Encode(new RgbImage(8, 8)),
                "version" => System.Text.Encoding.UTF8.GetBytes(Text(zip.GetEntry(entry)!).Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal)),
                "text" => "hello"u8.ToArray(),
                _ => null,
            };
            zip.GetEntry(entry)!.Delete();
            if (content is not null)
                using (Stream stream = zip.CreateEntry(entry).Open()) stream.Write(content);
        }
        string message = Assert.Throws<DatasetFormatException>(() => ReadAll(_folder.File("a.zip"))).Message;
        Assert.Contains(reason, message);
        Assert.Contains("a.zip", message);
        Assert.Contains(entry, message);
    }

    [Fact]
    public void Damaged_archives_are_refused_or_read_whatever_the_damage()
    {
        PatternSource source = new(2, 8, Layout);
        source.WriteTo(_folder.File("a.zip"));
        byte[] good = File.ReadAllBytes(_folder.File("a.zip"));
        SplitMix64 random = new(1, 0);
        int refused = 0;
        for (int i = 0; i < 4000; i++)
        {
            byte[] bad = [.. good];
            if (i % 4 == 0) bad = bad[..random.Next(bad.Length)];
            else if (i % 4 == 1) bad[^(1 + random.Next(Math.Min(600, bad.Length)))] = (byte)random.Next(256); // the directory
            else for (int n = 1 + random.Next(8); n > 0; n--) bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_folder.File("b.zip"), bad);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAll(_folder.File("b.zip"));
            }
            catch (DatasetFormatException)
            {
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }
        Assert.InRange(refused, 2000, 4000);
    }

    [Fact]
    public void More_entries_than_the_plain_zip_format_can_count_are_read()
    {
        new PatternSource(33_000, 1, Layout).WriteTo(_folder.File("a.zip"));
        using DatasetArchive archive = DatasetArchive.Open(_folder.File("a.zip"));
        byte[] rgb = new byte[3], labels = new byte[1];
        archive.Read(32_999, rgb, labels);
        Assert.Equal(new PatternSource(33_000, 1, Layout)[32_999].Rgb, rgb);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\": \"other\"}")]
    [InlineData("""{"format": "semantic-stylegan-dataset", "version": 1, "size": 0, "count": 1, "source": "", "layout": null, "classPixels": [], "classImages": [], "names": []}""")]
    [InlineData("""{"format": "semantic-stylegan-dataset", "version": 1, "size": 99999999, "count": 1, "source": "", "layout": null, "classPixels": [], "classImages": [], "names": []}""")]
    [InlineData("""{"format": "semantic-stylegan-dataset", "version": 1, "size": 8, "count": 0, "source": "", "layout": null, "classPixels": [], "classImages": [], "names": []}""")]
    [InlineData("""{"format": "semantic-stylegan-dataset", "version": 1, "size": 8, "count": 2, "source": "", "layout": null, "classPixels": [], "classImages": [], "names": ["one"]}""")]
    [InlineData("""{"format": "semantic-stylegan-dataset", "version": 1, "size": 8, "count": 1, "source": "", "layout": null, "classPixels": [], "classImages": [], "names": [null]}""")]
    [InlineData("""{"format": "semantic-stylegan-dataset", "version": 1, "size": 8, "count": 1, "source": "", "layout": null, "classPixels": [4], "classImages": [], "names": []}""")]
    [InlineData("""{"format": "semantic-stylegan-dataset", "version": 1, "size": 8, "count": 1, "source": null, "layout": null, "classPixels": [], "classImages": [], "names": []}""")]
    [InlineData("""{"format": "semantic-stylegan-dataset", "version": 1, "size": 8, "count": 1, "source": "", "layout": {"name": "x", "classes": [null, null]}, "classPixels": [], "classImages": [], "names": []}""")]
    [InlineData("""{"format": "semantic-stylegan-dataset", "version": 1, "size": 8, "count": 1, "source": "", "layout": {"name": "x", "classes": []}, "classPixels": null, "classImages": [], "names": []}""")]
    [InlineData("""{"format": "semantic-stylegan-dataset", "version": 1, "size": 8, "count": 2000000000, "source": "", "layout": null, "classPixels": [], "classImages": [], "names": []}""")]
    public void A_header_that_contradicts_itself_is_refused(string json)
    {
        using (ZipArchive zip = ZipFile.Open(_folder.File("a.zip"), ZipArchiveMode.Create))
        using (StreamWriter writer = new(zip.CreateEntry("dataset.json").Open())) writer.Write(json);
        Assert.Throws<DatasetFormatException>(() => DatasetArchive.Open(_folder.File("a.zip")));
    }

    private static string Text(ZipArchiveEntry entry)
    {
        using StreamReader reader = new(entry.Open());
        return reader.ReadToEnd();
    }

    private static void ReadAll(string path)
    {
        using DatasetArchive archive = DatasetArchive.Open(path);
        byte[] rgb = new byte[3 * archive.Size * archive.Size], labels = new byte[archive.Layout is null ? 0 : archive.Size * archive.Size];
        for (int i = 0; i < archive.Count; i++) archive.Read(i, rgb, labels);
    }
}
