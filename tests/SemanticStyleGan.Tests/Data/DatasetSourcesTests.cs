using SemanticStyleGan.Data;

namespace SemanticStyleGan.Tests.Data;

public sealed class DatasetSourcesTests
{
    [Theory]
    [InlineData("synthetic", null, 10000, 64)]
    [InlineData("synthetic:5", null, 5, 64)]
    [InlineData("synthetic:7@3", 32, 7, 32)]
    public void Drawn_faces_are_named_by_count_and_seed(string spec, int? size, int count, int expectedSize)
    {
        ISampleSource source = DatasetSources.Open(spec, size);
        Assert.Equal((count, expectedSize), (source.Count, source.Size));
        Assert.Equal(SemanticLayout.Faces, source.Layout);
    }

    [Fact]
    public void The_seed_decides_which_faces()
    {
        byte[] Draw(string spec)
        {
            byte[] rgb = new byte[3 * 256];
            DatasetSources.Open(spec, 16).Read(1, rgb, new byte[256]);
            return rgb;
        }
        Assert.Equal(Draw("synthetic:3"), Draw("synthetic:9@0"));
        Assert.NotEqual(Draw("synthetic:3@0"), Draw("synthetic:3@1"));
    }

    [Theory]
    [InlineData("synthetic:")]
    [InlineData("synthetic:0")]
    [InlineData("synthetic:-4")]
    [InlineData("synthetic:5@")]
    [InlineData("synthetic:5@x")]
    [InlineData("synthetic:5@1@2")]
    [InlineData("synthetic:99999999999")]
    [InlineData("nothing.zip")]
    [InlineData("")]
    public void Other_names_are_refused_with_an_example(string spec) =>
        Assert.Contains("synthetic:", Assert.Throws<InputException>(() => DatasetSources.Open(spec)).Message);

    [Fact]
    public void A_data_set_of_another_size_than_the_model_needs_is_refused()
    {
        using TemporaryFolder folder = new();
        new PatternSource(2, 8, null).WriteTo(folder.File("a.zip"));
        Assert.Contains("expected 16×16", Assert.Throws<InputException>(() => DatasetSources.Open(folder.File("a.zip"), 16)).Message);
        using DatasetArchive archive = (DatasetArchive)DatasetSources.Open(folder.File("a.zip"), 8);
        Assert.Equal(2, archive.Count);
    }
}
