"""What signing in asks of whom, and what failed."""

from axes.models import AccessAttempt
from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.access import Role


class RolePolicy(models.Model):
    """What an administrator asks of everybody who holds a role. Each role has its row from the start."""

    role = models.CharField(_("peran"), max_length=12, choices=Role.choices, primary_key=True)
    needs_second_factor = models.BooleanField(
        _("wajib kode kedua"),
        default=False,
        help_text=_("Pemegang peran ini memasang aplikasi kode pada halaman berikutnya yang mereka buka."),
    )

    class Meta:
        verbose_name = _("aturan masuk per peran")
        verbose_name_plural = _("aturan masuk per peran")
        ordering = ["role"]
        constraints = [
            models.CheckConstraint(
                name="rolepolicy_known_role",
                condition=models.Q(role__in=Role.values),
                violation_error_message=_("Peran ini tidak dikenal."),
                violation_error_code="role",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_role_display())


class FailedSignIn(AccessAttempt):
    """Wrong passwords for one name from one network and browser, as django-axes counts them; under our own words."""

    class Meta:
        proxy = True
        verbose_name = _("gagal masuk")
        verbose_name_plural = _("gagal masuk")
        ordering = ["-attempt_time"]

    def __str__(self) -> str:
        return f"{self.username} {self.ip_address}"
