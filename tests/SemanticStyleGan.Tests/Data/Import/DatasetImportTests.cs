using SemanticStyleGan.Data;
using SemanticStyleGan.Data.Import;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Tests.Data.Import;

public sealed class DatasetImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Files => [.. Directory.GetFiles(_folder.Path).Select(p => Path.GetFileName(p))];

    private void WritePictures(int count, params int[] bad)
    {
        for (int i = 0; i < count; i++)
        {
            RgbImage image = new(10, 8);
            Array.Fill(image.Pixels, (byte)i);
            byte[] png = PngCodec.Encode(image);
            File.WriteAllBytes(_folder.File($"raw/{i:000}.png"), bad.Contains(i) ? png[..^30] : png);
        }
    }

    [Fact]
    public void All_samples_are_written_in_order_whatever_thread_prepared_them()
    {
        WritePictures(150);
        List<WorkProgress> reports = [];
        (int written, _) = DatasetImport.Write(new PictureFolder(_folder.File("raw"), 8), _folder.File("a.zip"), progress: new Recorder(reports));
        Assert.Equal(150, written);
        using DatasetArchive archive = DatasetArchive.Open(_folder.File("a.zip"));
        Assert.Equal(150, archive.Count);
        for (int i = 0; i < 150; i++)
        {
            Assert.All(RawFolders.ReadSample(archive, i).Rgb, p => Assert.Equal(i, p));
            Assert.Equal($"{i:000}.png", archive.Header.Names[i]);
        }
        Assert.Equal((150, 150L), (reports[^1].Done, reports[^1].Total));
    }

    [Fact]
    public void With_problems_all_are_listed_and_nothing_is_written()
    {
        WritePictures(100, 3, 70, 99);
        DatasetProblemsException e = Assert.Throws<DatasetProblemsException>(() => DatasetImport.Write(new PictureFolder(_folder.File("raw"), 8), _folder.File("a.zip")));
        Assert.Collection(e.Problems, p => Assert.Contains("003.png", p), p => Assert.Contains("070.png", p), p => Assert.Contains("099.png", p));
        Assert.Contains("3 problems", e.Message);
        Assert.Empty(Files);
    }

    [Fact]
    public void Skipping_leaves_out_exactly_the_bad_ones()
    {
        WritePictures(100, 3, 70, 99);
        (int written, IReadOnlyList<string> problems) = DatasetImport.Write(new PictureFolder(_folder.File("raw"), 8), _folder.File("a.zip"), skipBad: true);
        Assert.Equal((97, 3), (written, problems.Count));
        using DatasetArchive archive = DatasetArchive.Open(_folder.File("a.zip"));
        Assert.DoesNotContain("070.png", archive.Header.Names);
        Assert.All(RawFolders.ReadSample(archive, 3).Rgb, p => Assert.Equal(4, p));
        Assert.Equal(["a.zip"], Files);
    }

    [Fact]
    public void A_set_of_bad_samples_only_is_refused_even_when_skipping()
    {
        WritePictures(2, 0, 1);
        Assert.Throws<DatasetProblemsException>(() => DatasetImport.Write(new PictureFolder(_folder.File("raw"), 8), _folder.File("a.zip"), skipBad: true));
        Assert.Empty(Files);
    }

    [Fact]
    public void Cancelling_leaves_nothing_and_keeps_what_was_there()
    {
        WritePictures(100);
        File.WriteAllText(_folder.File("a.zip"), "old");
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            DatasetImport.Write(new PictureFolder(_folder.File("raw"), 8), _folder.File("a.zip"), progress: new Canceller(stop), stop: stop.Token));
        Assert.Equal(["a.zip"], Files);
        Assert.Equal("old", File.ReadAllText(_folder.File("a.zip")));
    }

    [Fact]
    public void Linked_files_are_read_and_folders_linked_in_a_circle_are_not()
    {
        WritePictures(2);
        File.CreateSymbolicLink(_folder.File("raw/link.png"), _folder.File("raw/000.png"));
        Directory.CreateSymbolicLink(_folder.File("raw/self"), _folder.File("raw"));
        Assert.Equal(3, new PictureFolder(_folder.File("raw"), 8).Count);
    }

    [Fact]
    public void Statistics_count_what_the_masks_hold()
    {
        PatternSource source = new(5, 6, SemanticLayout.Unnamed(4, []));
        source.WriteTo(_folder.File("a.zip"));
        using DatasetArchive archive = DatasetArchive.Open(_folder.File("a.zip"));
        DatasetStatistics counted = DatasetStatistics.Count(archive, int.MaxValue);
        Assert.Equal(archive.Header.ClassPixels, counted.ClassPixels);
        Assert.Equal(archive.Header.ClassImages, counted.ClassImages);
        Assert.Equal(5 * 36, counted.ClassPixels.Sum());
    }

    private sealed class Recorder(List<WorkProgress> reports) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => reports.Add(value);
    }

    private sealed class Canceller(CancellationTokenSource stop) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => stop.Cancel();
    }
}
