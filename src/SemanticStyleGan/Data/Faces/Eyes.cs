using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>The eyes: lids, whites, irises, pupils, lights and lashes.</summary>
internal static class Eyes
{
    public static void Draw(FaceScene s)
    {
        new Eye(s, -1).Draw();
        new Eye(s, 1).Draw();
    }

    /// <summary>One eye in its own coordinates: u from −1 (inner corner) to 1 (outer corner), v in half heights, positive downwards.</summary>
    private sealed class Eye(FaceScene s, int side)
    {
        private readonly FaceFactors f = s.Factors;
        private readonly FacePalette p = s.Palette;
        private readonly float width = s.Factors.EyeSize;
        private readonly float height = s.Factors.EyeSize * s.Factors.EyeRoundness * (0.35f + 0.65f * s.Factors.EyeOpenness);

        public void Draw()
        {
            Lids();
            if (f.EyeOpenness < 0.2f) Closed();
            else Open();
        }

        private SKPoint At(float u, float v) => s.Pose.Face(side * (f.EyeSpacing + u * width), v * height - f.EyeTilt * width * u);

        private void Lids()
        {
            float scale = s.Pose.Scale, fold = f.LidFold;
            s.Canvas.Spot(At(-0.5f, -0.9f), width * 1.25f * scale, Fade(p.SkinShade, 0.4f));
            s.Canvas.Spot(At(0.1f, 1.4f), width * 1.0f * scale, Fade(p.SkinShade, 0.25f));
            float rise = f.EyeOpenness < 0.2f ? 1.9f : 1;
            SKPoint Place(float u, float v) => At(u, v * (v < 0 ? rise : 1));
            using SKPath lid = Contour.Closed(Place, Contour.Corner(-1.02f, 0.15f), (-0.62f, -0.8f - 0.3f * fold), (0.02f, -1.14f - 0.48f * fold), (0.66f, -0.95f - 0.4f * fold), Contour.Corner(1.08f, -0.1f), (0.5f, -0.2f), (-0.4f, -0.1f));
            SKColor tone = Mix(Mix(p.Skin, p.SkinShade, 0.45f), p.EyeShadow, 0.62f * f.Makeup);
            s.Canvas.Shade(lid, Ink.Linear(Place(0, -1.6f), Place(0, -0.6f), Fade(tone, 0.75f), Mix(p.SkinLight, tone, 0.6f)));
            using SKPath crease = Contour.Open(Place, (-0.86f, -0.62f), (-0.5f, -0.84f - 0.36f * fold), (0.05f, -1.14f - 0.48f * fold), (0.68f, -0.96f - 0.4f * fold), (1.05f, -0.62f));
            s.Canvas.Stroke(crease, 0.0045f * scale, Fade(p.SkinDeep, 0.3f + 0.5f * f.LidFold));
        }

        private void Open()
        {
            using SKPath opening = Contour.Closed(At, Contour.Corner(-1, 0.22f), (-0.58f, -0.58f), (0.02f, -1), (0.6f, -0.74f), Contour.Corner(1, -0.08f), (0.58f, 0.62f), (0, 0.86f), (-0.56f, 0.66f));
            s.Canvas.Fill(opening, FaceClass.Eye, Ink.Linear(At(0, -1), At(0, 0.9f), [0xFFC9C4CC, 0xFFF6F3F2, 0xFFEDE8E8], [0, 0.5f, 1]));
            using (s.Canvas.Clip(opening))
            {
                s.Canvas.Spot(At(-1, 0.2f), width * 0.32f * s.Pose.Scale, 0xC8E08C86);
                Iris();
                using SKPath shadow = Contour.Closed(At, (-1.1f, -1.3f), (1.1f, -1.3f), Contour.Corner(1.05f, -0.1f), (0.6f, -0.42f), (0.02f, -0.64f), (-0.56f, -0.3f), Contour.Corner(-1.05f, 0.25f));
                s.Canvas.Shade(shadow, new SKColor(40, 24, 40, 70));
            }
            LashLine();
            using SKPath lower = Contour.Open(At, (-0.7f, 0.58f), (0, 0.88f), (0.58f, 0.64f), (1, -0.04f));
            s.Canvas.Stroke(lower, (0.003f + 0.003f * f.Lashes) * s.Pose.Scale, Fade(Mix(p.SkinDeep, 0xFF241A1C, 0.55f), 0.75f), FaceClass.Eye);
        }

        private void Iris()
        {
            float radius = width * 0.53f * s.Pose.Scale;
            SKPoint center = At(f.GazeX * 0.24f * side, -0.1f + f.GazeY * 0.14f);
            SKColor rim = Mix(p.Iris, 0xFF0E0A10, 0.6f), bright = Mix(p.Iris, 0xFFFFF0C8, 0.32f);
            s.Canvas.Disc(center, radius, Ink.Radial(center, radius, [bright, p.Iris, Mix(p.Iris, rim, 0.35f), rim], [0.3f, 0.6f, 0.82f, 1]));
            SKPoint glow = new(center.X, center.Y + radius * 0.55f);
            s.Canvas.Spot(glow, radius * 0.62f, Fade(Mix(bright, SKColors.White, 0.35f), 0.75f));
            s.Canvas.Disc(center, radius * 0.46f, new SKColor(14, 9, 14));
            float lit = f.Light < 0 ? -1 : 1;
            s.Canvas.Disc(new SKPoint(center.X + lit * radius * 0.34f, center.Y - radius * 0.36f), radius * 0.25f, new SKColor(255, 255, 255, 245));
            s.Canvas.Disc(new SKPoint(center.X - lit * radius * 0.36f, center.Y + radius * 0.4f), radius * 0.12f, new SKColor(255, 255, 255, 150));
        }

        private void LashLine()
        {
            float thick = 0.1f + 0.24f * f.Lashes, wing = 0.06f + 0.34f * f.Lashes * f.Softness;
            using SKPath lashes = Contour.Closed(At,
                Contour.Corner(-1.06f, 0.26f), (-0.62f, -0.62f - thick * 0.6f), (0, -1 - thick), (0.66f, -0.82f - thick * 1.1f), Contour.Corner(1.02f + wing, -0.28f - wing * 1.2f),
                Contour.Corner(0.98f, -0.02f), (0.58f, -0.66f), (0.02f, -0.9f), (-0.56f, -0.48f));
            s.Canvas.Fill(lashes, FaceClass.Eye, LashColor);
        }

        private SKColor LashColor => Mix(0xFF1E1418, p.Brow, f.Softness < 0.5f ? 0.35f : 0.12f);

        private void Closed()
        {
            using SKPath eye = Contour.Closed(At,
                Contour.Corner(-1.05f, 0.1f), (-0.5f, -0.5f), (0, -0.8f), (0.55f, -0.6f), Contour.Corner(1.1f, 0), (0.55f, 0.95f), (0, 1.2f), (-0.55f, 0.95f));
            s.Canvas.Fill(eye, FaceClass.Eye, Ink.Linear(At(0, -1), At(0, 1), Mix(p.SkinLight, p.EyeShadow, 0.5f * f.Makeup), Mix(p.SkinShade, p.EyeShadow, 0.5f * f.Makeup)));
            using SKPath lashes = Contour.Closed(At,
                Contour.Corner(-1.05f, 0.05f), (-0.5f, 0.75f), (0, 0.95f), (0.55f, 0.7f), Contour.Corner(1.15f, -0.1f), Contour.Corner(1.3f, 0.2f), (0.62f, 1.3f), (0, 1.62f), (-0.58f, 1.3f));
            s.Canvas.Fill(lashes, FaceClass.Eye, LashColor);
        }
    }
}
