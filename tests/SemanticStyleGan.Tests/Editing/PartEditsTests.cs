using FsCheck.Xunit;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Editing;

public sealed class PartEditsTests : IDisposable
{
    private readonly TinyModel tiny = new();

    public void Dispose() => tiny.Dispose();

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Mixing_a_part_leaves_the_depths_of_all_others_exactly_unchanged(int part)
    {
        PartSelection selection = PartSelection.Parse(TinyModel.Layout.Classes[part].Name, PartCode.Both, tiny.Model);
        Tensor target = tiny.RandomCode(1), source = tiny.RandomCode(2), mixed = PartMixing.Matrix(target, source, selection);
        GeneratorOutput before = tiny.Synthesize(target), after = tiny.Synthesize(mixed);
        for (int other = 0; other < TinyModel.Config.Parts; other++)
        {
            float change = (before.Depths.select(1, other) - after.Depths.select(1, other)).abs().max().item<float>();
            if (other == part) Assert.True(change > 1e-3); else Assert.Equal(0, change);
        }
    }

    [Fact]
    public void Texture_alone_leaves_every_depth_and_the_coarse_mask_exactly_unchanged()
    {
        PartSelection texture = PartSelection.Parse("face,hair", PartCode.Texture, tiny.Model);
        Tensor target = tiny.RandomCode(1), mixed = PartMixing.Matrix(target, tiny.RandomCode(2), texture);
        GeneratorOutput before = tiny.Synthesize(target), after = tiny.Synthesize(mixed);
        Assert.Equal(0, (before.CoarseMask - after.CoarseMask).abs().max().item<float>());
        Assert.True((before.Image - after.Image).abs().max().item<float>() > 1e-3);
    }

    [Property(MaxTest = 30)]
    public void A_matrix_holds_every_pair_with_the_sources_varying_fastest(byte targetRow, byte sourceRow, bool textureOnly)
    {
        PartSelection selection = PartSelection.Parse("hair", textureOnly ? PartCode.Texture : PartCode.Both, tiny.Model);
        Tensor targets = cat([tiny.RandomCode(1), tiny.RandomCode(2), tiny.RandomCode(3)]), sources = cat([tiny.RandomCode(4), tiny.RandomCode(5)]);
        (int t, int s) = (targetRow % 3, sourceRow % 2);
        Tensor mixed = PartMixing.Matrix(targets, sources, selection)[2 * t + s];
        for (int slot = 0; slot < TinyModel.Config.LatentSlots; slot++)
            Assert.True(mixed[slot].equal((selection.Slots.Contains(slot) ? sources[s] : targets[t])[slot]).all().item<bool>());
    }

    [Fact]
    public void Resampled_parts_take_their_seeds_code_at_their_own_truncation()
    {
        PartSelection selection = PartSelection.Parse("face,hair.texture", PartCode.Shape, tiny.Model);
        Tensor code = tiny.RandomCode(1);
        Tensor variants = new PartResampling(tiny.Synthesizer).Variants(code, selection, 20, 3, 0.5, new Dictionary<int, double> { [2] = 1 });
        LatentCode latents = tiny.Model.Generator.Latents;
        for (int slot = 0; slot < TinyModel.Config.LatentSlots; slot++)
        {
            Tensor expected = slot == latents.ShapeSlot(1) ? tiny.Synthesizer.Codes(22, 1, 0.5)[0]
                : slot == latents.TextureSlot(2) ? tiny.Synthesizer.Codes(22, 1, 1)[0]
                : code[0, slot];
            Assert.True(variants[2, slot].allclose(expected, 1e-5, 1e-6), $"slot {slot}");
        }
    }

    [Fact]
    public void Names_choose_parts_slots_the_base_or_everything()
    {
        Assert.Equal([3, 4], PartSelection.Parse("face", PartCode.Both, tiny.Model).Slots);
        Assert.Equal([0, 3, 6], PartSelection.Parse("hair.texture, face,base", PartCode.Shape, tiny.Model).Slots);
        Assert.Equal(Enumerable.Range(0, 9), PartSelection.Parse("all", PartCode.Both, tiny.Model).Slots);
        Assert.Equal([2, 4, 6, 8], PartSelection.Parse("all", PartCode.Texture, tiny.Model).Slots);
        Assert.Equal([1, 2], PartSelection.Parse("hair,base,face", PartCode.Both, tiny.Model).Parts);
        Assert.Contains("glasses", Assert.Throws<InputException>(() => PartSelection.Parse("ear", PartCode.Both, tiny.Model)).Message);
    }
}
