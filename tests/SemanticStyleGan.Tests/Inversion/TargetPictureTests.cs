using SemanticStyleGan.Data;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Tests.Editing;
using TorchSharp;

namespace SemanticStyleGan.Tests.Inversion;

public sealed class TargetPictureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_square_in_the_middle_of_a_wide_picture_and_of_its_mask_is_taken()
    {
        // Left to right: 10 pixels of class 1, 20 of class 2, 10 of class 0.
        byte[] classes = [.. Enumerable.Range(0, 40 * 20).Select(i => (byte)(i % 40 < 10 ? 1 : i % 40 < 30 ? 2 : 0))];
        LabelMap mask = new(40, 20, classes);
        PngCodec.Write(folder.File("a.png"), MaskColors.Paint(mask, TinyModel.Layout));
        File.WriteAllBytes(folder.File("masks/a.png"), IndexPng.Encode(mask, TinyModel.Layout));
        TargetPicture target = Read("a.png", folder.File("masks"));
        Assert.Equal("a.png", target.Name);
        Assert.Equal((16, 16), (target.Image.Width, target.Image.Height));
        Assert.All(target.Labels!.Classes, c => Assert.Equal(2, c));
        Assert.Equal([0, 255, 0], target.Image.Pixels[..3]);
        Assert.Null(Read("a.png", null).Labels);
    }

    [Fact]
    public void The_square_is_placed_where_the_face_lies_as_the_models_faces_do()
    {
        Assert.SkipUnless(ModelSource.Bundled.Contains(ModelSource.Default) && ParserSource.Bundled.Contains(ParserSource.Default), "no bundled model or parser is installed");
        using SemanticModel model = ModelSource.Open(null, torch.CPU);
        using Parser parser = ParserSource.Open();
        FaceCrop crop = new(model, parser);
        // A drawn face at the right end of a picture twice as wide as high.
        RgbImage face = new(64, 64), wide = new(128, 64, [.. Enumerable.Repeat((byte)220, 3 * 128 * 64)]);
        new SyntheticFaces(64, 5, 1).Read(3, face.Pixels, new byte[64 * 64]);
        for (int y = 0; y < 64; y++) face.Pixels.AsSpan(3 * 64 * y, 3 * 64).CopyTo(wide.Pixels.AsSpan(3 * (128 * y + 64)));
        Square chosen = crop.Choose(wide);
        Assert.InRange(chosen.Left + chosen.Side / 2.0, 84, 108);
        Assert.InRange(chosen.Side, 48, 64);
        // Where there is no face it is the middle; square pictures may be taken whole.
        Assert.Equal(new Square(32, 0, 64), crop.Choose(new RgbImage(128, 64)));
        Assert.Equal(new Square(0, 0, 64), PictureCrop.WholeIfSquare(crop).Choose(face));
    }

    [Fact]
    public void A_square_over_the_edge_repeats_the_nearest_pixels()
    {
        RgbImage image = new(2, 2, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], new Square(-1, -1, 4).Cut(image, 4).Pixels.Where((_, i) => i % 3 == 0));
    }

    [Fact]
    public void Pictures_that_cannot_be_inverted_are_refused_by_name()
    {
        PngCodec.Write(folder.File("grey.png"), new RgbImage(40, 40, [.. Enumerable.Repeat((byte)128, 4800)]));
        PngCodec.Write(folder.File("tiny.png"), Noise(4, 4));
        PngCodec.Write(folder.File("strip.png"), Noise(400, 10));
        File.WriteAllText(folder.File("text.png"), "no picture");
        foreach ((string name, string reason) in new[] { ("grey.png", "alike"), ("tiny.png", "4×4"), ("strip.png", "8 times"), ("text.png", "not a picture") })
        {
            InputException e = Assert.ThrowsAny<InputException>(() => Read(name, null));
            Assert.Contains(name, e.Message);
            Assert.Contains(reason, e.Message);
        }
    }

    [Fact]
    public void A_mask_of_another_size_than_its_picture_is_refused()
    {
        PngCodec.Write(folder.File("a.png"), Noise(20, 20));
        File.WriteAllBytes(folder.File("masks/a.png"), IndexPng.Encode(new LabelMap(10, 10, new byte[100]), TinyModel.Layout));
        Assert.Contains("10×10", Assert.Throws<DatasetFormatException>(() => Read("a.png", folder.File("masks"))).Message);
    }

    [Fact]
    public void Folders_and_files_are_found_and_empty_folders_named()
    {
        PngCodec.Write(folder.File("some/b.png"), Noise(9, 9));
        PngCodec.Write(folder.File("some/a.png"), Noise(9, 9));
        PngCodec.Write(folder.File("c.png"), Noise(9, 9));
        Directory.CreateDirectory(folder.File("none"));
        Assert.Equal(["c.png", "a.png", "b.png"], TargetPicture.Files([folder.File("c.png"), folder.File("some")]).Select(f => Path.GetFileName(f)));
        Assert.Contains("no pictures", Assert.Throws<InputException>(() => TargetPicture.Files([folder.File("none")])).Message);
    }

    private TargetPicture Read(string name, string? masks) => TargetPicture.Read(folder.File(name), PictureCrop.Centre, 16, masks, TinyModel.Layout);

    private static RgbImage Noise(int width, int height) => new(width, height, [.. Enumerable.Range(0, 3 * width * height).Select(i => (byte)(i * 37))]);
}
