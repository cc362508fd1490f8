namespace SemanticStyleGan.Data.Faces;

/// <summary>Draws the factors of faces. Weights are relative; the order of the draws is part of what a seed means.</summary>
internal static class FaceSampler
{
    // Angular and soft weights of the hair styles, in the order of the enumeration.
    private static readonly float[] AngularHair = [5, 3, 7, 10, 11, 9, 3, 1, 0.5f, 2, 2, 1, 2, 2, 0.5f, 5, 5, 8];
    private static readonly float[] SoftHair = [0.6f, 0, 1, 1, 1, 1, 7, 8, 7, 10, 10, 8, 8, 8, 6, 6, 9, 2];
    private static readonly float[] HairColors = [17, 17, 16, 8, 7, 8, 9, 3, 1.5f, 1, 2.5f, 2, 2, 2];
    private static readonly float[] EyeColors = [24, 20, 14, 14, 20, 8];
    private static readonly float[] AngularBeards = [50, 17, 9, 11, 13];
    private static readonly float[] Cloths = [18, 13, 11, 15, 15, 12, 14];
    private static readonly float[] Hats = [88, 3.4f, 2.9f, 2.4f, 1.7f, 1.6f];
    private static readonly float[] Glasses = [80, 5.5f, 5, 3, 2.5f, 2, 2];
    private static readonly float[] Backdrops = [26, 18, 14, 10, 9, 11, 12];

    public static FaceFactors Sample(int seed, int index)
    {
        FaceRandom r = new((ulong)(uint)seed, (ulong)(uint)index);
        FaceFactors f = new() { DetailSeed = r.Next(), Softness = r.Unit(), Age = r.Unit() };
        f = Scene(f, ref r);
        f = Skin(f, ref r);
        f = Features(f, ref r);
        f = Hair(f, ref r);
        return Clothes(f, ref r);
    }

    private static FaceFactors Scene(FaceFactors f, ref FaceRandom r)
    {
        f = f with
        {
            Yaw = r.Around(-0.42f, 0.42f),
            Pitch = r.Around(-0.16f, 0.16f),
            Roll = r.Around(-0.13f, 0.13f),
            ShiftX = r.Around(-0.035f, 0.035f),
            ShiftY = r.Around(-0.025f, 0.025f),
            Scale = r.Around(0.91f, 1.09f),
            Light = (r.Chance(0.6f) ? -1 : 1) * r.Between(0.25f, 1),
            Contrast = r.Between(0.25f, 0.9f),
            Backdrop = (BackdropStyle)r.Pick(Backdrops),
            BackdropHue = r.Between(0, 360),
            BackdropSpread = r.Around(-70, 70),
        };
        return r.Chance(0.24f)
            ? f with { BackdropSaturation = r.Between(0.15f, 0.42f), BackdropLightness = r.Between(0.24f, 0.42f) }
            : f with { BackdropSaturation = r.Between(0.18f, 0.55f), BackdropLightness = r.Between(0.66f, 0.89f) };
    }

    private static FaceFactors Skin(FaceFactors f, ref FaceRandom r)
    {
        f = f with { SkinTone = MathF.Pow(r.Unit(), 1.2f), SkinWarmth = r.Around(-1, 1), Blush = r.Between(0.1f, 0.6f) + 0.35f * f.Softness * r.Unit() };
        f = f with { Freckles = r.Chance(f.SkinTone < 0.55f ? 0.2f : 0.05f) ? r.Between(0.3f, 1) : 0 };
        float makeup = r.Unit() < f.Softness - 0.35f ? r.Between(0.3f, 1) : 0;
        f = f with { Makeup = makeup, MakeupHue = r.Around(320, 385) % 360 };
        int beard = r.Pick(AngularBeards);
        return f with { Beard = f.Softness < 0.42f ? (BeardStyle)beard : BeardStyle.None };
    }

    private static FaceFactors Features(FaceFactors f, ref FaceRandom r)
    {
        float soft = f.Softness;
        f = f with
        {
            FaceWidth = r.Around(0.92f, 1.08f),
            FaceLength = r.Around(0.9f, 1.1f),
            JawWidth = r.Around(0.84f, 1.06f) + 0.1f * (1 - soft),
            ChinWidth = Math.Clamp(r.Between(-0.1f, 0.7f) + 0.4f * (1 - soft), 0, 1),
            EyeSize = r.Around(0.052f, 0.064f) + 0.005f * soft,
            EyeRoundness = r.Around(0.6f, 0.88f),
            EyeTilt = r.Around(-0.12f, 0.24f),
            EyeSpacing = r.Around(0.093f, 0.108f),
            EyeOpenness = r.Chance(0.035f) ? 0 : r.Between(0.6f, 1),
            GazeX = r.Around(-1, 1),
            GazeY = r.Around(-0.8f, 0.8f),
            EyeColor = (EyeColor)r.Pick(EyeColors),
            LidFold = r.Unit(),
            Lashes = Math.Clamp(r.Around(-0.1f, 0.6f) + 0.5f * soft, 0, 1),
            BrowThickness = r.Around(0.016f, 0.028f) + 0.007f * (1 - soft),
            BrowArch = r.Between(0, 1),
            BrowTilt = r.Around(-0.3f, 0.3f),
            BrowHeight = r.Around(-0.002f, 0.026f),
            NoseWidth = r.Around(0.033f, 0.05f) + 0.006f * (1 - soft),
            NoseLength = r.Around(0.105f, 0.145f),
            NoseBridge = r.Around(0.012f, 0.024f),
            MouthWidth = r.Around(0.072f, 0.112f),
        };
        f = f with { Smile = r.Around(-0.2f, 1.3f), LipFullness = Math.Clamp(r.Around(-0.1f, 0.9f) + 0.25f * soft, 0, 1) };
        f = f with { MouthOpenness = f.Smile > 0.1f && r.Chance(0.38f) ? r.Between(0.35f, 1) : r.Chance(0.06f) ? r.Between(0.3f, 0.8f) : 0 };
        return f with { EarSize = r.Around(0.78f, 1.06f), EarProtrusion = r.Unit(), NeckWidth = r.Around(0.9f, 1.05f) + 0.14f * (1 - soft), Shoulders = r.Around(0.88f, 1.08f) + 0.1f * (1 - soft) };
    }

    private static FaceFactors Hair(FaceFactors f, ref FaceRandom r)
    {
        Span<float> weights = stackalloc float[AngularHair.Length];
        float soft = Math.Clamp((f.Softness - 0.5f) * 2 + 0.5f, 0, 1);
        for (int i = 0; i < weights.Length; i++) weights[i] = (1 - soft) * AngularHair[i] + soft * SoftHair[i];
        f = f with
        {
            Hair = (HairStyle)r.Pick(weights),
            HairColor = (HairColor)r.Pick(HairColors),
            HairLightness = r.Around(-1, 1),
            HairVolume = r.Unit(),
            HairLength = r.Unit(),
            HairPart = (r.Chance(0.5f) ? -1 : 1) * r.Between(0.2f, 1),
            HairTucked = r.Chance(0.4f),
        };
        if (f.Age > 0.78f && r.Chance(0.5f)) f = f with { HairColor = r.Chance(0.6f) ? HairColor.Grey : HairColor.White };
        // Dark skin goes with dark natural hair more often than not.
        bool natural = f.HairColor is > HairColor.DarkBrown and < HairColor.Grey;
        return natural && r.Unit() < (f.SkinTone - 0.35f) * 1.5f ? f with { HairColor = r.Chance(0.6f) ? HairColor.Black : HairColor.DarkBrown } : f;
    }

    private static FaceFactors Clothes(FaceFactors f, ref FaceRandom r)
    {
        f = f with
        {
            Cloth = (ClothStyle)r.Pick(Cloths),
            ClothHue = r.Between(0, 360),
            ClothSaturation = r.Chance(0.28f) ? r.Between(0, 0.12f) : r.Between(0.22f, 0.6f),
            ClothLightness = r.Chance(0.2f) ? r.Between(0.8f, 0.95f) : r.Between(0.18f, 0.68f),
            ClothStripes = r.Chance(0.18f),
            Hat = (HatStyle)r.Pick(Hats),
            HatHue = r.Between(0, 360),
            HatLightness = r.Between(0.22f, 0.72f),
            Glasses = (GlassesStyle)r.Pick(Glasses),
            GlassesHue = r.Between(0, 360),
            EarringHue = r.Chance(0.5f) ? 45 : r.Between(0, 360),
        };
        bool wears = r.Unit() < 0.06f + 0.3f * f.Softness;
        EarringStyle style = (EarringStyle)(1 + r.Pick([1, 1.2f, 1.2f]));
        return f with { Earring = wears ? style : EarringStyle.None };
    }
}
