using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Tests.Formats;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Editing;

public sealed class MaskPaintingTests : IDisposable
{
    private readonly TinyModel tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void The_mask_follows_a_painted_one_and_textures_are_exactly_kept()
    {
        Tensor start = tiny.RandomCode(1);
        LabelMap coarse = Labels(tiny.RandomCode(2)), wanted = new(32, 32, new byte[32 * 32]);
        for (int p = 0; p < wanted.Classes.Length; p++) wanted.Classes[p] = coarse.Classes[p / 64 * 16 + p % 32 / 2];
        PartSelection shapes = PartSelection.Parse("all", PartCode.Shape, tiny.Model);
        long before = tiny.Model.Generator.parameters().Count(p => p.requires_grad);
        Tensor fitted = new MaskPainting(tiny.Model).Fit(start, wanted, shapes, 120);
        Assert.Equal(before, tiny.Model.Generator.parameters().Count(p => p.requires_grad));
        double was = MaskPainting.Agreement(coarse, Labels(start)), became = MaskPainting.Agreement(coarse, Labels(fitted));
        Assert.True(became > was + 0.15, $"mean IoU {was:0.000} before, {became:0.000} after");
        for (int slot = 0; slot < TinyModel.Config.LatentSlots; slot++)
            Assert.Equal(shapes.Slots.Contains(slot), !fitted[0, slot].equal(start[0, slot]).all().item<bool>());
    }

    [Fact]
    public void Fitting_one_part_leaves_the_depths_of_the_others_exactly_unchanged()
    {
        Tensor start = tiny.RandomCode(1);
        LabelMap wanted = MaskTensors.ToLabels(tiny.Synthesize(tiny.RandomCode(2)).Mask)[0];
        Tensor fitted = new MaskPainting(tiny.Model).Fit(start, wanted, PartSelection.Parse("hair", PartCode.Shape, tiny.Model), 30);
        Tensor a = tiny.Synthesize(start).Depths, b = tiny.Synthesize(fitted).Depths;
        foreach (int part in new[] { 0, 1, 3 }) Assert.Equal(0, (a.select(1, part) - b.select(1, part)).abs().max().item<float>());
        Assert.True((a.select(1, 2) - b.select(1, 2)).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void A_painted_mask_is_read_from_indices_and_from_colours_at_the_models_size()
    {
        using TemporaryFolder folder = new();
        byte[] classes = new byte[64];
        for (int i = 0; i < 64; i++) classes[i] = (byte)(i / 8 < 4 ? 1 : i % 8 < 4 ? 2 : 0);
        LabelMap labels = new(8, 8, classes);
        File.WriteAllBytes(folder.File("labels.png"), IndexPng.Encode(labels, TinyModel.Layout));
        PngCodec.Write(folder.File("colours.png"), MaskColors.Paint(labels, TinyModel.Layout));
        PngCodec.Write(folder.File("wrong.png"), new RgbImage(8, 8, [.. Enumerable.Repeat((byte)200, 192)]));
        foreach (string file in new[] { "labels.png", "colours.png" })
        {
            LabelMap read = PaintedMask.Read(folder.File(file), TinyModel.Layout, 16);
            Assert.Equal((1, 1, 2, 0), (read.Classes[0], read.Classes[7 * 16 + 15], read.Classes[8 * 16], read.Classes[255]));
            Assert.Equal(classes, PaintedMask.Read(folder.File(file), TinyModel.Layout, 8).Classes);
        }
        Assert.Contains("#C8C8C8", Assert.Throws<DatasetFormatException>(() => PaintedMask.Read(folder.File("wrong.png"), TinyModel.Layout, 8)).Message);
    }

    // The fusion's mask: the final one of a render net with random weights is noise.
    private LabelMap Labels(Tensor code) => MaskTensors.ToLabels(tiny.Synthesize(code).CoarseMask)[0];
}
