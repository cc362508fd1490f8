using SemanticStyleGan.Data.Import;
using static SemanticStyleGan.Tests.Data.Import.RawFolders;

namespace SemanticStyleGan.Tests.Data.Import;

public sealed class CelebAMaskHqFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Later_parts_are_painted_over_earlier_ones_and_mapped_to_their_classes()
    {
        string[] order = ["skin", "eye_g", "l_eye", "r_eye", "l_brow", "r_brow", "mouth", "l_lip", "u_lip", "nose", "hair", "l_ear", "r_ear", "neck", "neck_l", "cloth", "hat", "ear_r"];
        byte[] classes = [1, 10, 2, 2, 3, 3, 4, 4, 4, 5, 7, 6, 6, 8, 8, 9, 11, 12];
        // Part p covers the columns from p to the end, so column x shows the last part that begins at or before it.
        WriteCelebAMask(_folder, 0, 32, [.. order.Select((part, p) => (part, (Func<int, int, bool>)((x, y) => x > p && y >= 4)))]);
        CelebAMaskHqFolder source = new(_folder.Path, 32, CelebAMaskHqSplit.All);
        (byte[] rgb, byte[] labels) = ReadSample(source, 0);
        for (int x = 0; x < 32; x++)
        {
            Assert.Equal(0, labels[x]);
            Assert.Equal(x == 0 ? 0 : classes[Math.Min(x, 18) - 1], labels[32 * 20 + x]);
        }
        Assert.All(rgb, p => Assert.Equal(40, p));
        Assert.Equal("0.jpg", source.NameOf(0));
    }

    [Fact]
    public void Images_are_ordered_by_number_and_found_in_their_two_thousands()
    {
        foreach (int number in new[] { 10, 2, 2001 }) WriteCelebAMask(_folder, number, 8, ("skin", (x, y) => true));
        CelebAMaskHqFolder source = new(_folder.Path, 8, CelebAMaskHqSplit.Parse("3-2001"));
        Assert.Equal(["10.jpg", "2001.jpg"], Enumerable.Range(0, source.Count).Select(source.NameOf));
        Assert.Empty(source.Problems);
    }

    [Fact]
    public void Each_problem_is_named()
    {
        WriteCelebAMask(_folder, 0, 8, ("skin", (x, y) => true));
        WriteCelebAMask(_folder, 1, 8);
        WriteCelebAMask(_folder, 2, 8, ("skin", (x, y) => true), ("beard", (x, y) => true));
        CelebAMaskHqFolder source = new(_folder.Path, 8, CelebAMaskHqSplit.All);
        Assert.Equal(2, source.Count);
        Assert.Collection(source.Problems,
            p => Assert.Contains("00002_beard.png: unknown part 'beard'", p),
            p => Assert.Contains("1.jpg: has no masks, expected", p));
        WriteCelebAMask(_folder, 3, 8, ("skin", (x, y) => true));
        File.Copy(_folder.File("CelebAMask-HQ-mask-anno/0/00003_skin.png"), _folder.File("keep.png"));
        WriteCelebAMask(_folder, 3, 16, ("hair", (x, y) => true));
        source = new(_folder.Path, 8, CelebAMaskHqSplit.Parse("3-3"));
        Assert.Contains("00003_hair.png: 16×16 pixels, but 00003_skin.png has 8×8", Assert.Throws<DatasetFormatException>(() => ReadSample(source, 0)).Message);
    }

    [Theory]
    [InlineData("train", "defined for the full set of 30,000")]
    [InlineData("5-9", "no images in the split '5-9'")]
    public void A_split_that_the_folder_does_not_have_is_refused(string split, string reason)
    {
        WriteCelebAMask(_folder, 0, 8, ("skin", (x, y) => true));
        Assert.Contains(reason, Assert.Throws<InputException>(() => new CelebAMaskHqFolder(_folder.Path, 8, CelebAMaskHqSplit.Parse(split))).Message);
    }

    [Theory]
    [InlineData("all", 0, int.MaxValue)]
    [InlineData("train", 0, 27999)]
    [InlineData("val", 28000, 29999)]
    [InlineData("0-31", 0, 31)]
    public void Splits_are_the_numbers_that_the_paper_and_the_user_name(string text, int first, int last)
    {
        CelebAMaskHqSplit split = CelebAMaskHqSplit.Parse(text);
        Assert.Equal((first, last), (split.First, split.Last));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5-2")]
    [InlineData("-3")]
    [InlineData("a-b")]
    [InlineData("1-2-3")]
    public void Other_splits_are_refused(string text) => Assert.Throws<InputException>(() => CelebAMaskHqSplit.Parse(text));

    [Fact]
    public void A_folder_of_another_kind_is_refused_with_what_was_expected() =>
        Assert.Contains("CelebA-HQ-img/0.jpg", Assert.Throws<InputException>(() => new CelebAMaskHqFolder(_folder.Path, 8, CelebAMaskHqSplit.All)).Message);
}
