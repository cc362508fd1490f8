using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SemanticStyleGan.Data;
using SkiaSharp;

namespace SemanticStyleGan.Tests.Data;

public sealed class IndexPngTests
{
    [Property(MaxTest = 50)]
    public Property Indices_survive_exactly() => Prop.ForAll(Gen.Choose(1, 40).ToArbitrary(), Gen.Choose(1, 40).ToArbitrary(), (width, height) =>
    {
        byte[] classes = [.. Enumerable.Range(0, width * height).Select(i => (byte)(i * 7 % 13))];
        LabelMap read = IndexPng.Decode(IndexPng.Encode(width, height, classes, SemanticLayout.Faces), "test");
        return read.Width == width && read.Height == height && read.Classes.SequenceEqual(classes);
    });

    [Fact]
    public void An_image_viewer_shows_the_classes_in_their_colours()
    {
        byte[] png = IndexPng.Encode(13, 1, [.. Enumerable.Range(0, 13).Select(i => (byte)i)], SemanticLayout.Faces);
        using SKBitmap shown = SKBitmap.Decode(png);
        for (int i = 0; i < 13; i++)
            Assert.Equal(0xFF000000u | (uint)SemanticLayout.Faces.Classes[i].Color, (uint)shown.GetPixel(i, 0));
    }

    [Theory]
    [InlineData("gray8", 8)]
    [InlineData("palette8", 8)]
    [InlineData("palette4", 4)]
    [InlineData("gray2", 2)]
    [InlineData("palette1", 1)]
    public void Other_programs_masks_are_read_with_every_row_filter(string file, int bits)
    {
        // Written by a Python script from the PNG specification (filters 0 to 4 in turn, two data chunks); each holds x + 3·y modulo min(2^bits, 50) on 21×10 pixels.
        byte[] png = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "png", file + ".png"));
        LabelMap read = IndexPng.Decode(png, file);
        Assert.Equal((21, 10), (read.Width, read.Height));
        for (int i = 0; i < read.Classes.Length; i++) Assert.Equal((i % 21 + 3 * (i / 21)) % Math.Min(1 << bits, 50), read.Classes[i]);
    }

    [Fact]
    public void A_picture_of_colours_is_refused()
    {
        byte[] png = PngCodec.Encode(new RgbImage(4, 4));
        Assert.False(IndexPng.HoldsIndices(png));
        Assert.Contains("colours", Assert.Throws<DatasetFormatException>(() => IndexPng.Decode(png, "x.png")).Message);
    }

    [Fact]
    public void A_header_that_promises_more_than_the_data_holds_is_refused_before_memory_is_taken()
    {
        byte[] png = IndexPng.Encode(4, 4, new byte[16], SemanticLayout.Faces);
        byte[] header = [.. "IHDR"u8, 0, 0, 0x40, 0, 0, 0, 0x40, 0, 8, 3, 0, 0, 0]; // 16384 × 16384
        header.CopyTo(png, 12);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), System.IO.Hashing.Crc32.HashToUInt32(header));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("fewer pixels", Assert.Throws<DatasetFormatException>(() => IndexPng.Decode(png, "x.png")).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Every_damage_is_noticed()
    {
        byte[] png = IndexPng.Encode(16, 16, [.. Enumerable.Range(0, 256).Select(i => (byte)(i % 11))], SemanticLayout.Faces);
        for (int at = 0; at < png.Length - 12; at++)
        {
            byte[] damaged = [.. png];
            damaged[at] ^= 0x10;
            Assert.Throws<DatasetFormatException>(() => IndexPng.Decode(damaged, "x.png"));
            Assert.Throws<DatasetFormatException>(() => IndexPng.Decode(png.AsSpan(0, at), "x.png"));
        }
    }
}
