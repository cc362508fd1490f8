using SemanticStyleGan.Data;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Inversion;

public sealed class PictureGroupsTests : IDisposable
{
    private readonly TinyModel tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Batches_are_replaced_out_of_step_after_as_many_corrections_as_the_encoder_makes()
    {
        using PictureGroups groups = new(tiny.Model, new EncoderTrainingConfig { BatchSize = 2, Groups = 3 }, data: null);
        List<PictureGroup>[] seen = [[], [], []];
        for (int step = 0; step < 3 * (PictureEncoder.Iterations + 4); step++)
        {
            using DisposeScope scope = NewDisposeScope();
            PictureGroup group = groups.Of(step, default);
            Assert.Same(group, groups.Of(step, default));
            if (!seen[step % 3].Contains(group)) seen[step % 3].Add(group);
            groups.Advance(step, Guess.Of(group.Guess.Codes, group.Images, tiny.Model.Generator));
        }
        Assert.All(seen, s => Assert.Equal(3, s.Count)); // the first, one that is corrected as often as can be, and the beginning of another
    }

    [Fact]
    public void Samples_come_with_codes_and_masks_and_pictures_of_other_classes_without()
    {
        using PictureGroups groups = new(tiny.Model, new EncoderTrainingConfig { BatchSize = 2, Groups = 2, SampleInterval = 2 }, new SyntheticFaces(32, 8, 1));
        PictureGroup samples = groups.Of(0, default), pictures = groups.Of(1, default);
        Assert.Equal([2, TinyModel.Config.LatentSlots, TinyModel.Config.StyleSize], samples.Codes!.shape);
        Assert.Null(pictures.Codes);
        Assert.Equal(2 * 32 * 32, samples.Wanted!.sum().item<float>());
        Assert.Null(pictures.Wanted);
    }

    [Fact]
    public void A_guess_knows_where_the_picture_pulls_its_codes()
    {
        Tensor codes = tiny.Synthesizer.Codes(3, 1), images = tiny.Synthesize(tiny.Synthesizer.Codes(4, 1)).Image;
        using FrozenWeights frozen = new(tiny.Model.Generator);
        Guess guess = Guess.Of(codes, images, tiny.Model.Generator);
        Guess nearer = Guess.Of(codes - guess.Gradient * (1e-3 / guess.Gradient.norm().item<float>()), images, tiny.Model.Generator);
        Assert.True(SemanticStyleGan.Losses.PixelPyramidLoss.Compute(nearer.Image, images).item<float>() < SemanticStyleGan.Losses.PixelPyramidLoss.Compute(guess.Image, images).item<float>());
        Assert.InRange(Guess.Of(codes, tiny.Synthesize(codes).Image, tiny.Model.Generator).Gradient.abs().max().item<float>(), 0, 1e-6);
    }
}
