namespace SemanticStyleGan.Data.Faces;

/// <summary>The indices of <see cref="SemanticLayout.Faces"/>.</summary>
internal enum FaceClass : byte { Background, Face, Eye, Eyebrow, Mouth, Nose, Ear, Hair, Neck, Cloth, Glasses, Hat, Earring }
