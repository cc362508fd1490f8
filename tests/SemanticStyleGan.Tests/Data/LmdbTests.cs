using System.Text.Json.Nodes;
using SemanticStyleGan.Data;
using SemanticStyleGan.Data.Import;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Tests.Formats;

namespace SemanticStyleGan.Tests.Data;

/// <summary>Against the authors' two layouts (Fixtures/parity/lmdb).</summary>
public sealed class LmdbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Images_and_masks_are_what_the_authors_program_reads()
    {
        using LmdbDataset data = LmdbDataset.Open(Parity.Path("lmdb/masks"));
        JsonObject expected = JsonNode.Parse(File.ReadAllText(Parity.Path("lmdb/expected.json")))!.AsObject();
        Assert.Equal((8, 64), (data.Count, data.Size));
        Assert.Same(SemanticLayout.Faces, data.Layout);
        Assert.Empty(data.Problems);
        for (int i = 0; i < data.Count; i++)
        {
            (byte[] rgb, byte[] labels) = Read(data, i);
            Dictionary<string, int> counts = labels.GroupBy(l => l).ToDictionary(g => $"{g.Key}", g => g.Count());
            Assert.Equal(expected[$"{i}"]!["label_pixel_counts"]!.AsObject().ToDictionary(c => c.Key, c => (int)c.Value!), counts);
            for (int channel = 0; channel < 3; channel++)
            {
                double mean = rgb.Where((_, at) => at % 3 == channel).Average(v => (double)v);
                Assert.Equal((double)expected[$"{i}"]!["image_mean_rgb"]![channel]!, mean, 1.0); // the means are of the images before they became JPEG
            }
        }
    }

    [Fact]
    public void Images_are_decoded_as_the_common_decoder_does()
    {
        using LmdbDataset data = LmdbDataset.Open(Parity.Path("lmdb/masks"));
        byte[] rgb = Read(data, 0).Rgb;
        double[] pillow = [216.40893555, 180.96850586, 170.98974609]; // PIL 9.4 with libjpeg-turbo
        for (int channel = 0; channel < 3; channel++)
            Assert.Equal(pillow[channel], rgb.Where((_, at) => at % 3 == channel).Average(v => (double)v), 0.01);
    }

    [Fact]
    public void Without_masks_the_wanted_size_is_taken_and_others_are_made()
    {
        using LmdbDataset largest = LmdbDataset.Open(Parity.Path("lmdb/images")), small = LmdbDataset.Open(Parity.Path("lmdb/images"), 32),
            made = LmdbDataset.Open(Parity.Path("lmdb/images"), 48);
        Assert.Null(largest.Layout);
        Assert.Equal((8, 64, 32, 48), (largest.Count, largest.Size, small.Size, made.Size));
        Assert.Equal(("64-00003", "32-00003", "64-00003"), (largest.NameOf(3), small.NameOf(3), made.NameOf(3)));
        using LmdbDataset paired = LmdbDataset.Open(Parity.Path("lmdb/masks"));
        Assert.Equal(Read(paired, 5).Rgb, Read(largest, 5).Rgb);
        Assert.Equal(Read(largest, 2).Rgb.Average(v => (double)v), Read(made, 2).Rgb.Average(v => (double)v), 1.0);
    }

    [Fact]
    public void A_folder_is_taken_directly_as_data_and_can_be_imported()
    {
        ISampleSource data = DatasetSources.Open(Parity.Path("lmdb/masks"), 32);
        using (data as IDisposable)
        {
            Assert.Equal((8, 32), (data.Count, data.Size));
            (int written, _) = DatasetImport.Write(data, folder.File("a.zip"));
            Assert.Equal(8, written);
            using DatasetArchive archive = DatasetArchive.Open(folder.File("a.zip"));
            (byte[] rgb, byte[] labels) = Read(archive, 7);
            Assert.Equal(Read(data, 7).Rgb, rgb);
            Assert.Equal(Read(data, 7).Labels, labels);
            Assert.Equal("image-0000007", archive.Header.Names[7]);
        }
    }

    [Fact]
    public void What_is_exported_is_read_back_with_masks_exactly_and_images_closely()
    {
        RequireLibrary();
        using LmdbDataset original = LmdbDataset.Open(Parity.Path("lmdb/masks"));
        LmdbExport.Write(original, folder.File("out"));
        Assert.Equal([LmdbDataset.FileName], Directory.GetFileSystemEntries(folder.File("out")).Select(Path.GetFileName));
        using LmdbDataset copy = LmdbDataset.Open(folder.File("out"));
        using LmdbFile theirs = LmdbFile.Open(Parity.Path("lmdb/masks/data.mdb")), ours = LmdbFile.Open(Path.Combine(folder.File("out"), "data.mdb"));
        Assert.Equal(theirs.Keys, ours.Keys);
        Assert.Equal(theirs.Read("label-length"), ours.Read("label-length"));
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(Read(original, i).Labels, Read(copy, i).Labels);
            Assert.InRange(Read(original, i).Rgb.Zip(Read(copy, i).Rgb, (a, b) => Math.Abs(a - b)).Average(), 0, 1);
        }
    }

    [Fact]
    public void Images_only_are_exported_in_that_layout_and_an_export_is_replaced_whole()
    {
        RequireLibrary();
        using LmdbDataset original = LmdbDataset.Open(Parity.Path("lmdb/masks"));
        LmdbExport.Write(original, folder.File("out"));
        File.WriteAllText(folder.File("out/mine.txt"), "kept");
        using LmdbDataset images = LmdbDataset.Open(Parity.Path("lmdb/images"), 32);
        LmdbExport.Write(images, folder.File("out"));
        using LmdbDataset copy = LmdbDataset.Open(folder.File("out"));
        Assert.Null(copy.Layout);
        Assert.Equal((8, 32), (copy.Count, copy.Size));
        Assert.Equal(["data.mdb", "mine.txt"], Directory.GetFileSystemEntries(folder.File("out")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_systems_LMDB_reads_the_same_as_we_do()
    {
        RequireLibrary();
        string copy = folder.File("copy/data.mdb");
        foreach (string set in (string[])["masks", "images"])
        {
            File.Copy(Parity.Path($"lmdb/{set}/data.mdb"), copy, overwrite: true);
            using LmdbFile ours = LmdbFile.Open(copy);
            using LightningDB.LightningEnvironment environment = new(Path.GetDirectoryName(copy)!);
            environment.Open(LightningDB.EnvironmentOpenFlags.ReadOnly | LightningDB.EnvironmentOpenFlags.NoLock);
            using var transaction = environment.BeginTransaction(LightningDB.TransactionBeginFlags.ReadOnly);
            using var database = transaction.OpenDatabase();
            Assert.Equal(ours.Keys.Count, (int)transaction.GetEntriesCount(database));
            foreach (string key in ours.Keys)
                Assert.Equal(transaction.Get(database, System.Text.Encoding.ASCII.GetBytes(key)).value.CopyToNewArray(), ours.Read(key));
        }
    }

    [Fact]
    public void A_tree_of_several_levels_is_read_whole()
    {
        RequireLibrary();
        string path = folder.File("deep");
        using (LightningDB.LightningEnvironment environment = new(path, new LightningDB.EnvironmentConfiguration { MapSize = 256 << 20 }))
        {
            environment.Open(LightningDB.EnvironmentOpenFlags.NoSync | LightningDB.EnvironmentOpenFlags.NoLock);
            using var transaction = environment.BeginTransaction();
            using var database = transaction.OpenDatabase();
            for (int i = 0; i < 20_000; i++) LightningDB.LightningExtensions.ThrowOnError(transaction.Put(database, System.Text.Encoding.ASCII.GetBytes($"key-{i * 7919 % 20_000:00000}"), new byte[i % 5000]));
            LightningDB.LightningExtensions.ThrowOnError(transaction.Commit());
        }
        using LmdbFile file = LmdbFile.Open(Path.Combine(path, "data.mdb"));
        Assert.Equal(20_000, file.Keys.Count);
        Assert.Equal(file.Keys.Order(StringComparer.Ordinal), file.Keys);
        Assert.Equal(4999, file.Read($"key-{4999 * 7919 % 20_000:00000}")!.Length);
        Assert.Null(file.Read("none"));
    }

    [Theory]
    [InlineData(50_000, "cut off")]
    [InlineData(100, "too short")]
    [InlineData(0, "too short")]
    public void A_file_that_is_cut_off_is_refused(int bytes, string expected)
    {
        File.WriteAllBytes(folder.File("bad/data.mdb"), File.ReadAllBytes(Parity.Path("lmdb/masks/data.mdb"))[..bytes]);
        DatasetFormatException e = Assert.Throws<DatasetFormatException>(() => LmdbDataset.Open(folder.File("bad")));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_never_do_more_than_throw()
    {
        byte[][] seeds = [File.ReadAllBytes(Parity.Path("lmdb/masks/data.mdb")), File.ReadAllBytes(Parity.Path("lmdb/images/data.mdb"))];
        // The first pages hold the tree; the rest is pictures.
        Mutation mutation = new(seed: 21);
        string path = folder.File("fuzz/data.mdb");
        int refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            byte[] file = [.. seeds[i % 2]];
            int page = 4096 * mutation.Next(file.Length / 4096), bytes = mutation.Next(3) == 0 ? 4096 : 400;
            byte[] damaged = mutation.Of(file[page..(page + bytes)]);
            damaged.AsSpan(0, Math.Min(damaged.Length, bytes)).CopyTo(file.AsSpan(page));
            File.WriteAllBytes(path, file);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using LmdbDataset data = LmdbDataset.Open(path);
                for (int sample = 0; sample < data.Count; sample++)
                {
                    if (data.Size > 256) break; // a picture that says it is larger is another test's matter
                    Read(data, sample);
                }
            }
            catch (DatasetFormatException e)
            {
                refused++;
                Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L * file.Length + (4 << 20));
        }
        Assert.InRange(refused, 200, 1500);
    }

    private static (byte[] Rgb, byte[] Labels) Read(ISampleSource data, int index)
    {
        byte[] rgb = new byte[3 * data.Size * data.Size], labels = new byte[data.Layout is null ? 0 : data.Size * data.Size];
        data.Read(index, rgb, labels);
        return (rgb, labels);
    }

    private static void RequireLibrary()
    {
        try
        {
            LmdbLibrary.Require();
        }
        catch (InputException e)
        {
            Assert.Contains("apt-get install liblmdb0", e.Message, StringComparison.Ordinal);
            Assert.Skip(e.Message);
        }
    }
}
