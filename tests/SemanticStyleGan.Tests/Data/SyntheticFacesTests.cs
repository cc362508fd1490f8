using SemanticStyleGan.Data;
using SemanticStyleGan.Data.Faces;

namespace SemanticStyleGan.Tests.Data;

public sealed class SyntheticFacesTests
{
    private static readonly SemanticLayout Layout = SemanticLayout.Faces;

    [Fact]
    public void The_same_seed_and_index_give_the_same_face()
    {
        (byte[] rgb, byte[] labels) = Read(new SyntheticFaces(64, 8, 3), 5);
        (byte[] again, byte[] labelsAgain) = Read(new SyntheticFaces(64, 100, 3), 5);
        Assert.Equal(rgb, again);
        Assert.Equal(labels, labelsAgain);
    }

    [Fact]
    public void Other_seeds_and_indices_give_other_faces()
    {
        SyntheticFaces faces = new(32, 20, 3), others = new(32, 20, 4);
        List<string> pictures = [];
        for (int i = 0; i < 20; i++)
        {
            pictures.Add(Convert.ToHexString(Read(faces, i).Rgb));
            pictures.Add(Convert.ToHexString(Read(others, i).Rgb));
        }
        Assert.Equal(40, pictures.Distinct().Count());
    }

    [Fact]
    public void A_face_is_the_same_at_every_size()
    {
        SyntheticFaces small = new(64, 25, 1), large = new(128, 25, 1);
        double agreement = 0, difference = 0;
        for (int i = 0; i < 25; i++)
        {
            (byte[] rgb, byte[] labels) = Read(small, i);
            (byte[] largeRgb, byte[] largeLabels) = Read(large, i);
            byte[] halved = Halve(largeLabels, 128);
            agreement += labels.Zip(halved).Count(p => p.First == p.Second) / (64.0 * 64) / 25;
            for (int y = 0; y < 64; y++)
                for (int x = 0; x < 64 * 3; x++)
                {
                    int pixel = (2 * y * 128 + x / 3 * 2) * 3 + x % 3;
                    int mean = (largeRgb[pixel] + largeRgb[pixel + 3] + largeRgb[pixel + 128 * 3] + largeRgb[pixel + 128 * 3 + 3]) / 4;
                    difference += Math.Abs(mean - rgb[y * 64 * 3 + x]) / (64.0 * 64 * 3 * 25);
                }
        }
        Assert.InRange(agreement, 0.97, 1);
        Assert.InRange(difference, 0, 2.5);
    }

    [Fact]
    public void Every_class_occurs_often_enough_to_be_learnt()
    {
        const int Count = 500;
        SyntheticFaces faces = new(64, Count, 11);
        double[] rate = new double[Layout.Count], share = new double[Layout.Count];
        for (int i = 0; i < Count; i++)
        {
            int[] pixels = Histogram(Read(faces, i).Labels);
            for (int k = 0; k < Layout.Count; k++)
            {
                if (pixels[k] >= 4) rate[k] += 1.0 / Count;
                share[k] += pixels[k] / 4096.0 / Count;
            }
        }
        (string Name, double Rate, double Share)[] least =
        [
            ("background", 1, 0.35), ("face", 1, 0.12), ("eye", 0.94, 0.012), ("eyebrow", 0.6, 0.003), ("mouth", 0.97, 0.006), ("nose", 0.99, 0.006),
            ("ear", 0.55, 0.004), ("hair", 0.92, 0.1), ("neck", 0.7, 0.015), ("cloth", 0.97, 0.03), ("glasses", 0.15, 0.004), ("hat", 0.08, 0.007), ("earring", 0.14, 0.001),
        ];
        foreach ((string name, double leastRate, double leastShare) in least)
        {
            int k = Layout.IndexOf(name);
            Assert.True(rate[k] >= leastRate, $"{name}: in {rate[k]:P1} of the faces, expected {leastRate:P1}");
            Assert.True(share[k] >= leastShare, $"{name}: {share[k]:P2} of the pixels, expected {leastShare:P2}");
        }
        Assert.InRange(rate[Layout.IndexOf("glasses")], 0.15, 0.26);
        Assert.InRange(rate[Layout.IndexOf("hat")], 0.08, 0.17);
        Assert.InRange(rate[Layout.IndexOf("earring")], 0.14, 0.28);
    }

    [Fact]
    public void All_styles_occur()
    {
        FaceFactors[] faces = [.. Enumerable.Range(0, 2000).Select(i => FaceFactors.Sample(2, i))];
        Assert.Equal(Enum.GetValues<HairStyle>(), faces.Select(f => f.Hair).Distinct().Order());
        Assert.Equal(Enum.GetValues<HairColor>(), faces.Select(f => f.HairColor).Distinct().Order());
        Assert.Equal(Enum.GetValues<EyeColor>(), faces.Select(f => f.EyeColor).Distinct().Order());
        Assert.Equal(Enum.GetValues<BeardStyle>(), faces.Select(f => f.Beard).Distinct().Order());
        Assert.Equal(Enum.GetValues<ClothStyle>(), faces.Select(f => f.Cloth).Distinct().Order());
        Assert.Equal(Enum.GetValues<HatStyle>(), faces.Select(f => f.Hat).Distinct().Order());
        Assert.Equal(Enum.GetValues<GlassesStyle>(), faces.Select(f => f.Glasses).Distinct().Order());
        Assert.Equal(Enum.GetValues<EarringStyle>(), faces.Select(f => f.Earring).Distinct().Order());
        Assert.Equal(Enum.GetValues<BackdropStyle>(), faces.Select(f => f.Backdrop).Distinct().Order());
    }

    [Fact]
    public void What_a_seed_means_is_frozen()
    {
        // Models and measures are published for these faces: a change here changes what they were trained on.
        string[] faces = [.. Enumerable.Range(0, 6).Select(i => FaceFactors.Sample(0, i)).Select(f => $"{f.DetailSeed:x16}/{f.Hair}/{f.HairColor}/{f.Cloth}/{f.Glasses}")];
        string[] known =
        [
            "238275bc38fcbe91/LongStraight/DarkBrown/VNeck/None",
            "6db3c43c477e0c8c/Braids/DarkBlond/ScoopNeck/None",
            "6af0ea979b1173aa/BobFringe/Brown/Shirt/None",
            "cb498770e60cdb26/Curly/DarkBrown/Shirt/None",
            "697e53e4c3c4c212/Quiff/Auburn/Blazer/None",
            "a73561ba2673b6b8/Pixie/Purple/Shirt/None",
        ];
        Assert.Equal(known, faces);
        SyntheticFaces set = new(64, 50, 0);
        int[] total = new int[Layout.Count];
        for (int i = 0; i < 50; i++)
        {
            int[] pixels = Histogram(Read(set, i).Labels);
            for (int k = 0; k < total.Length; k++) total[k] += pixels[k];
        }
        int[] expected = [110451, 29284, 3216, 851, 1836, 1972, 1465, 32147, 4992, 14953, 1511, 1784, 338];
        for (int k = 0; k < total.Length; k++) Assert.InRange(total[k], expected[k] * 0.99 - 5, expected[k] * 1.01 + 5);
    }

    [Fact]
    public void Reading_from_many_threads_equals_reading_one_by_one()
    {
        SyntheticFaces faces = new(32, 24, 9);
        byte[][] one = [.. Enumerable.Range(0, 24).Select(i => Read(faces, i).Rgb)];
        byte[][] many = new byte[24][];
        Parallel.For(0, 24, i => many[i] = Read(faces, i).Rgb);
        for (int i = 0; i < 24; i++) Assert.Equal(one[i], many[i]);
    }

    [Theory]
    [InlineData(15, 1)]
    [InlineData(4096, 1)]
    [InlineData(64, 0)]
    public void Impossible_sets_are_refused(int size, int count) =>
        Assert.Throws<InputException>(() => new SyntheticFaces(size, count, 0));

    [Fact]
    public void An_index_outside_the_set_is_refused()
    {
        SyntheticFaces faces = new(16, 3, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => faces.Factors(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => faces.Factors(-1));
    }

    internal static (byte[] Rgb, byte[] Labels) Read(SyntheticFaces faces, int index)
    {
        byte[] rgb = new byte[faces.Size * faces.Size * 3], labels = new byte[faces.Size * faces.Size];
        faces.Read(index, rgb, labels);
        return (rgb, labels);
    }

    internal static int[] Histogram(byte[] labels)
    {
        int[] counts = new int[Layout.Count];
        foreach (byte label in labels) counts[label]++;
        return counts;
    }

    // The most frequent class of every 2x2 pixels, the later one of equal counts.
    private static byte[] Halve(byte[] labels, int size)
    {
        byte[] result = new byte[size * size / 4];
        for (int y = 0; y < size / 2; y++)
            for (int x = 0; x < size / 2; x++)
            {
                int at = 2 * y * size + 2 * x;
                byte[] four = [labels[at], labels[at + 1], labels[at + size], labels[at + size + 1]];
                result[y * size / 2 + x] = four.GroupBy(v => v).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
            }
        return result;
    }
}
