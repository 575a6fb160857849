// The roles that are given, who gives them, and who sees them given.  SPDX-License-Identifier: Apache-2.0
export const ROLES = ['branch_officer', 'committee_administrator', 'county_administrator', 'operator', 'screen', 'system_administrator', 'security_administrator', 'audit_administrator', 'auditor']
export const GIVERS = ['security_administrator', 'county_administrator']
export const SEERS = [...GIVERS, 'committee_administrator', 'audit_administrator', 'auditor']
